package io.kybern.crd.field;

import java.util.Comparator;

/**
 * One complaint about one field: the shape of {@code field.Error} in {@code k8s.io/apimachinery}.
 *
 * @param field the path as printed; may be empty or {@code <nil>}
 * @param message the text after the path: {@code Invalid value: "x": must be y}
 */
public record FieldError(Type type, String field, String message) implements Comparable<FieldError> {
    private static final Comparator<FieldError> ORDER = Comparator.comparing(FieldError::field)
            .thenComparing(FieldError::message)
            .thenComparing(FieldError::type);

    /** The kinds of complaint with the {@code reason} that a Status cause carries for each. */
    public enum Type {
        NOT_FOUND("FieldValueNotFound", "Not found"),
        REQUIRED("FieldValueRequired", "Required value"),
        DUPLICATE("FieldValueDuplicate", "Duplicate value"),
        INVALID("FieldValueInvalid", "Invalid value"),
        NOT_SUPPORTED("FieldValueNotSupported", "Unsupported value"),
        FORBIDDEN("FieldValueForbidden", "Forbidden"),
        TOO_LONG("FieldValueTooLong", "Too long"),
        TOO_MANY("FieldValueTooMany", "Too many"),
        INTERNAL("InternalError", "Internal error"),
        TYPE_INVALID("FieldValueTypeInvalid", "Invalid value");

        private final String reason;
        private final String text;

        Type(String reason, String text) {
            this.reason = reason;
            this.text = text;
        }

        public String reason() {
            return reason;
        }

        public String text() {
            return text;
        }
    }

    /** Any order that goes with equality: tables of complaints whose hashes somebody has made equal stay fast by it. */
    @Override
    public int compareTo(FieldError other) {
        return ORDER.compare(this, other);
    }

    /** {@code spec.replicas: Invalid value: -1: must be …}, as one line of an Invalid message. */
    @Override
    public String toString() {
        return field + ": " + message;
    }
}
