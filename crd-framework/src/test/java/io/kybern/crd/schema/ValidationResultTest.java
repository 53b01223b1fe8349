package io.kybern.crd.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.kybern.crd.field.FieldError;
import io.kybern.crd.field.FieldErrors;
import org.junit.jupiter.api.Test;

class ValidationResultTest {
    private static final FieldError FIRST = new FieldError(FieldError.Type.REQUIRED, "spec.z", "Required value");
    private static final FieldError SECOND = new FieldError(FieldError.Type.REQUIRED, "spec.a", "Required value");

    private final ValidationResult result = new ValidationResult();

    private static ValidationResult of(FieldError... errors) {
        ValidationResult result = new ValidationResult();
        for (FieldError error : errors) {
            result.add(error);
        }
        return result;
    }

    private FieldErrors reported() {
        FieldErrors errors = new FieldErrors();
        result.report(errors);
        return errors;
    }

    @Test
    void isValidWithoutComplaints() {
        assertThat(result.valid()).isTrue();
        result.merge(of());
        assertThat(result.valid()).isTrue();
        result.merge(of(FIRST));
        assertThat(result.valid()).isFalse();
    }

    @Test
    void reportsEachComplaintOnceAsTheyCame() {
        result.merge(of(FIRST));
        result.merge(of(SECOND, FIRST));
        result.add(SECOND);
        assertThat(reported().list()).containsExactly(FIRST, SECOND);
    }

    @Test
    void countsWhatPassedInAllItsParts() {
        ValidationResult other = of(FIRST);
        other.passed();
        assertThat(other.matchesMoreThan(result)).isTrue();
        result.passed();
        assertThat(other.matchesMoreThan(result)).isFalse();
        result.merge(other);
        other.passed();
        assertThat(result.matchesMoreThan(of())).isTrue();
        assertThat(other.matchesMoreThan(result)).isFalse();
    }
}
