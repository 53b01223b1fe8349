package io.kybern.operators.controller;

import io.fabric8.kubernetes.api.model.IntOrString;
import org.jspecify.annotations.Nullable;

/** Numbers that may be given as a part of another: {@code 3} or {@code 25%}. */
public final class Share {
    private Share() {}

    /**
     * @param value nothing is zero
     * @param up which way a part is rounded
     */
    public static int of(@Nullable IntOrString value, int total, boolean up) {
        if (value == null) {
            return 0;
        }
        String text = value.getStrVal();
        if (text == null) {
            return value.getIntVal() == null ? 0 : value.getIntVal();
        }
        double part = Integer.parseInt(text.substring(0, text.length() - 1)) * (double) total / 100;
        return (int) (up ? Math.ceil(part) : Math.floor(part));
    }
}
