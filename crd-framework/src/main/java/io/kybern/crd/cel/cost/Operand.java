package io.kybern.crd.cel.cost;

import io.kybern.crd.cel.type.CelType;
import java.util.Optional;

/** An argument of a call, as far as its cost depends on it before anything is evaluated. */
public interface Operand {
    CelType type();

    /** {@link SizeRange#UNKNOWN} if nothing is known. */
    SizeRange size();

    /** Whether anything is known of the size. */
    boolean isSized();

    /** The elements of a list. */
    Optional<Operand> element();

    /** The number, if it is written as one. */
    Optional<Long> literal();
}
