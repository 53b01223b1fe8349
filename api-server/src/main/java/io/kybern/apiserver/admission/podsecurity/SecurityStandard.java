package io.kybern.apiserver.admission.podsecurity;

import java.util.Locale;

/**
 * A level of the Pod Security Standards as it stood in some version of Kubernetes.
 *
 * @param version {@code latest}, or {@code v1.} and a number
 */
record SecurityStandard(Level level, String version) {
    static final SecurityStandard PRIVILEGED = new SecurityStandard(Level.PRIVILEGED, "latest");

    /** In the order of strictness. */
    enum Level {
        PRIVILEGED,
        BASELINE,
        RESTRICTED;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The number after {@code v1.}; the largest for the latest version. */
    int minor() {
        return version.equals("latest") ? Integer.MAX_VALUE : Integer.parseInt(version.substring("v1.".length()));
    }

    SecurityStandard at(Level other) {
        return new SecurityStandard(other, version);
    }

    SecurityStandard as(String other) {
        return new SecurityStandard(level, other);
    }

    @Override
    public String toString() {
        return level + ":" + version;
    }
}
