package io.kybern.crd.cel.value;

import io.kybern.crd.cel.type.CelType;

/** A value of a type that a library adds. */
public interface CelObject {
    CelType type();

    /** @return a Boolean or a {@link CelError} */
    default Object equalTo(Object other) {
        return other.getClass() == getClass() ? (Object) equals(other) : CelError.NO_OVERLOAD;
    }

    /** What costs of comparisons and conversions go by. */
    default long size() {
        return 1;
    }
}
