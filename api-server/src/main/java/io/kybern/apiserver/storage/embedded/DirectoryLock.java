package io.kybern.apiserver.storage.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/** Keeps others out of a data directory for as long as the process lives, or until it is closed. */
final class DirectoryLock implements AutoCloseable {
    private static final String FILE = "lock";

    private final FileChannel channel;

    private DirectoryLock(FileChannel channel) {
        this.channel = channel;
    }

    /** @throws DataDirectoryException if somebody else has it */
    static DirectoryLock take(Path directory) throws IOException {
        return take(directory, FILE);
    }

    static DirectoryLock take(Path directory, String file) throws IOException {
        FileChannel channel = FileChannel.open(
                directory.resolve(file),
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                OwnFiles.OWNER_ONLY);
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return new DirectoryLock(channel);
            }
        } catch (OverlappingFileLockException e) {
            // this process has it
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        channel.close();
        throw new DataDirectoryException("data directory " + directory + " is in use by another process", null);
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
