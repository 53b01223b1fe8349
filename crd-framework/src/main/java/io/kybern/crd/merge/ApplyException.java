package io.kybern.crd.merge;

import io.kybern.crd.merge.ManagedFields.Manager;
import java.util.List;
import java.util.Map;

/** A server-side apply that can't be done. */
public abstract sealed class ApplyException extends RuntimeException {
    private static final long serialVersionUID = 1;

    ApplyException(String message) {
        super(message);
    }

    /** The message of the Status. */
    public String statusMessage() {
        return String.valueOf(getMessage());
    }

    /** 400: the request is not one that could be applied here. */
    public static final class BadRequest extends ApplyException {
        private static final long serialVersionUID = 1;

        BadRequest(String message) {
            super(message);
        }
    }

    /** 500, without a reason, as the original answers it: the applied object does not fit its schema. */
    public static final class Untyped extends ApplyException {
        private static final long serialVersionUID = 1;

        Untyped(String message) {
            super(message);
        }
    }

    /** 409: others own fields that the apply would change. */
    public static final class Conflict extends ApplyException {
        private static final long serialVersionUID = 1;

        private final transient List<Cause> causes;
        private final transient Map<Manager, FieldSet> fields;

        Conflict(String message, List<Cause> causes, Map<Manager, FieldSet> fields) {
            super(message);
            this.causes = List.copyOf(causes);
            this.fields = Map.copyOf(fields);
        }

        /** What would change hands, by the manager that owns it. */
        Map<Manager, FieldSet> fields() {
            return fields;
        }

        /** The causes of the Status, each with reason {@code FieldManagerConflict}. */
        public List<Cause> causes() {
            return causes;
        }
    }

    /**
     * One field that another manager owns.
     *
     * @param message {@code conflict with "kubectl" using apps/v1}
     * @param field {@code .spec.replicas}
     */
    public record Cause(String message, String field) {}
}
