package io.kybern.crd.cel.value;

/** The value {@code null}. */
public enum CelNull {
    NULL;

    @Override
    public String toString() {
        return "null";
    }
}
