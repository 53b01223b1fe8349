package io.kybern.crd.field;

import com.fasterxml.jackson.databind.JsonNode;
import io.kybern.crd.name.Names;
import io.kybern.crd.resource.Trees;
import java.util.Collection;
import java.util.List;

/** Checks of single values that many kinds share, with the texts of {@code apimachinery/pkg/api/validation}. */
public final class FieldChecks {
    private FieldChecks() {}

    /** Complains about a number below 0; an absent one is 0. */
    public static void nonNegative(JsonNode object, String field, FieldPath path, FieldErrors errors) {
        nonNegative(object.path(field).asLong(0), path.child(field), errors);
    }

    public static void nonNegative(long value, FieldPath path, FieldErrors errors) {
        if (value < 0) {
            errors.invalid(path, value, "must be greater than or equal to 0");
        }
    }

    public static void positive(long value, FieldPath path, FieldErrors errors) {
        if (value <= 0) {
            errors.invalid(path, value, "must be greater than zero");
        }
    }

    /** Complains about an absent or empty text. */
    public static void required(JsonNode object, String field, FieldPath path, FieldErrors errors) {
        if (object.path(field).asText("").isEmpty()) {
            errors.required(path.child(field), "");
        }
    }

    /** Complains about a text that is none of those supported; an absent or empty one is required. */
    public static void requiredOneOf(String value, Collection<String> supported, FieldPath path, FieldErrors errors) {
        if (value.isEmpty()) {
            errors.required(path, "");
        } else {
            oneOf(value, supported, path, errors);
        }
    }

    /** Complains about a text that is none of those supported. */
    public static void oneOf(String value, Collection<String> supported, FieldPath path, FieldErrors errors) {
        if (!supported.contains(value)) {
            errors.notSupported(path, value, supported);
        }
    }

    /** Complains about a text that is not a DNS label. */
    public static void dnsLabel(String value, FieldPath path, FieldErrors errors) {
        errors.invalidEach(path, value, Names.dnsLabel(value));
    }

    /** Complains about a text that is not a DNS subdomain. */
    public static void dnsSubdomain(String value, FieldPath path, FieldErrors errors) {
        errors.invalidEach(path, value, Names.dnsSubdomain(value));
    }

    /** Complains about a text that is not a qualified name, as label keys are. */
    public static void qualifiedName(String value, FieldPath path, FieldErrors errors) {
        errors.invalidEach(path, value, Names.qualifiedName(value));
    }

    /** Complains about a number out of a range. */
    public static void inRange(JsonNode value, long least, long most, FieldPath path, FieldErrors errors) {
        if (!value.isMissingNode()) {
            errors.invalidEach(path, value, Names.inRange(value.asLong(), least, most));
        }
    }

    /** Complains about a change of a field that may not change. */
    public static void immutable(JsonNode updated, JsonNode existing, FieldPath path, FieldErrors errors) {
        if (!Trees.same(updated, existing)) {
            errors.invalid(path, updated, "field is immutable");
        }
    }

    /** Complains about a path that leaves its directory by {@code ..}. */
    public static void noBacksteps(String target, FieldPath path, FieldErrors errors) {
        if (List.of(target.split("/", -1)).contains("..")) {
            errors.invalid(path, target, "must not contain '..'");
        }
    }

    /** Complains about a path that is absolute or leaves its directory. */
    public static void descendingPath(String target, FieldPath path, FieldErrors errors) {
        if (target.startsWith("/")) {
            errors.invalid(path, target, "must be a relative path");
        }
        noBacksteps(target, path, errors);
    }
}
