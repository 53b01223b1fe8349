package io.kybern.distribution.kubeconfig;

import org.jspecify.annotations.Nullable;

/** A kubeconfig that can't be read or changed; the message is one line for the user. */
public final class KubeconfigException extends RuntimeException {
    public KubeconfigException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
