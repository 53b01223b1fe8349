package io.kybern.distribution.cluster;

import org.jspecify.annotations.Nullable;

/** Something about a cluster's directory or process that the user must know; one line, with what to do next. */
public final class ClusterException extends RuntimeException {
    public ClusterException(String message) {
        super(message);
    }

    public ClusterException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
