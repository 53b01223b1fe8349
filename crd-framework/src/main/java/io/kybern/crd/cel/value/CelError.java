package io.kybern.crd.cel.value;

/**
 * A failed evaluation: a value, since {@code false && x} holds whatever fails in {@code x}, and since an error found by a
 * loop counts only if the loop does not end otherwise.
 */
public record CelError(String message) {
    /** An operator or function that is not defined for what it was given. */
    public static final CelError NO_OVERLOAD = new CelError("no such overload");

    public static CelError noSuchKey(Object key) {
        return new CelError("no such key: " + Values.text(key));
    }

    public static CelError outOfBounds(Object index) {
        return new CelError("index out of bounds: " + Values.text(index));
    }
}
