package io.kybern.crd.schema;

import io.kybern.crd.field.FieldError;
import io.kybern.crd.field.FieldErrors;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * What one schema says of a value: complaints, each of them once and in the order in which they came, and how many checks passed,
 * which decides which of several alternatives' complaints are told. Confined to its thread.
 */
final class ValidationResult {
    private Set<FieldError> found = Set.of(); // a million values have a million of these
    private int matches;

    /** Takes over the complaints of another one, which is not used any more. */
    void merge(ValidationResult other) {
        if (found.isEmpty()) {
            found = other.found;
        } else {
            found.addAll(other.found);
        }
        matches += other.matches;
    }

    void add(FieldError error) {
        if (found.isEmpty()) {
            found = new LinkedHashSet<>();
        }
        found.add(error);
    }

    void passed() {
        matches++;
    }

    boolean valid() {
        return found.isEmpty();
    }

    /** Whether more checks passed than in another one. */
    boolean matchesMoreThan(ValidationResult other) {
        return matches > other.matches;
    }

    void report(FieldErrors errors) {
        found.forEach(errors::add);
    }
}
