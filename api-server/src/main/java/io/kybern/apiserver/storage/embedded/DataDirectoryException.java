package io.kybern.apiserver.storage.embedded;

import org.jspecify.annotations.Nullable;

/** The data directory can't be used: another process has it, a newer version wrote it, or it is not readable. */
public final class DataDirectoryException extends RuntimeException {
    public DataDirectoryException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
