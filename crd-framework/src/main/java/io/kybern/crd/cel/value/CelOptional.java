package io.kybern.crd.cel.value;

import org.jspecify.annotations.Nullable;

/** A value or none. */
public record CelOptional(@Nullable Object content) {
    public static final CelOptional NONE = new CelOptional(null);

    public static CelOptional of(@Nullable Object value) {
        return value == null ? NONE : new CelOptional(value);
    }

    public boolean hasValue() {
        return content != null;
    }

    /** The value, or an error if there is none. */
    public Object value() {
        return content == null ? new CelError("optional.none() dereference") : content;
    }

    @Override
    public String toString() {
        return content == null ? "optional.none()" : "optional(" + Values.text(content) + ")";
    }
}
