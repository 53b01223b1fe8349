package io.kybern.distribution;

import java.util.Optional;

/** Which Kybern this is and which Kubernetes it speaks. */
public final class Version {
    /** From the jar's manifest; classes that run unpacked have none. */
    public static final String KYBERN = Optional.ofNullable(
                    Version.class.getPackage().getImplementationVersion())
            .orElse("development");

    public static final String KUBERNETES = "v1.36.3";

    private Version() {}
}
