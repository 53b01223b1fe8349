package io.kybern.distribution.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where a cluster keeps everything:
 *
 * <pre>
 * format            number of the layout, so that an older Kybern never touches what it does not understand
 * lock              held by the server process as long as it lives; the operating system frees it after a crash
 * server            which process serves and where ({@link ServerRecord}); may be stale
 * context           which kubeconfig was changed and what was current there before ({@link ContextRecord})
 * admin.kubeconfig  for the administrator
 * pki/ store/ logs/ nodes/
 * </pre>
 */
public record ClusterDirectory(Path root) {
    /** Grows with each change after which an older version could not read the directory. */
    static final int FORMAT = 1;

    /** A channel that nobody refers to would be closed, and its lock freed. */
    private static final List<FileChannel> HELD = new CopyOnWriteArrayList<>();

    public ClusterDirectory {
        root = root.toAbsolutePath().normalize();
    }

    /** Where the cluster {@code name} is unless the user says otherwise, by the XDG base directory rules. */
    public static ClusterDirectory ofName(String name, Map<String, String> environment, Path home) {
        String data = environment.getOrDefault("XDG_DATA_HOME", "");
        Path base = data.isEmpty() ? home.resolve(".local").resolve("share") : Path.of(data);
        return new ClusterDirectory(base.resolve("kybern").resolve(name));
    }

    public Path pki() {
        return root.resolve("pki");
    }

    public Path store() {
        return root.resolve("store");
    }

    /** How much the store takes on disk; a server may change it meanwhile. */
    public long storeBytes() {
        try (Stream<Path> files = Files.walk(store())) {
            return files.mapToLong(
                            file -> file.toFile().isFile() ? file.toFile().length() : 0)
                    .sum();
        } catch (IOException | UncheckedIOException e) {
            return 0;
        }
    }

    public Path logs() {
        return root.resolve("logs");
    }

    public Path nodes() {
        return root.resolve("nodes");
    }

    public Path adminKubeconfig() {
        return root.resolve("admin.kubeconfig");
    }

    Path serverRecord() {
        return root.resolve("server");
    }

    Path contextRecord() {
        return root.resolve("context");
    }

    public boolean exists() {
        return Files.exists(root.resolve("format"));
    }

    /**
     * Refuses a directory that a newer Kybern wrote. One that isn't there is fine.
     *
     * @throws ClusterException with what to do
     */
    public void checkFormat() {
        format().filter(format -> format > FORMAT).ifPresent(format -> {
            throw new ClusterException(root + " was written by a newer Kybern (format " + format + ", this one knows "
                    + FORMAT + "): use that version, or another --data-dir");
        });
    }

    private Optional<Integer> format() {
        Path file = root.resolve("format");
        try {
            return Optional.of(Integer.valueOf(Files.readString(file).strip()));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException | NumberFormatException e) {
            throw new ClusterException(file + " cannot be read (" + e.getMessage() + "): use another --data-dir", e);
        }
    }

    /** A lock of the directory. */
    public static final class Hold implements AutoCloseable {
        private final FileChannel channel;

        private Hold(FileChannel channel) {
            this.channel = channel;
        }

        @Override
        public void close() throws IOException {
            HELD.remove(channel);
            channel.close();
        }
    }

    /**
     * Makes the directory where it isn't there and locks it for this process as long as it lives, or until the hold is closed.
     *
     * @throws ClusterException if another process has it, if it can't be used, or as {@link #checkFormat}
     */
    @SuppressWarnings("resource") // The channel is closed with its hold.
    public Hold lock() {
        try {
            checkFormat();
            Files.createDirectories(logs());
            FileChannel channel =
                    FileChannel.open(root.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = tryLock(channel);
            if (lock == null) {
                channel.close();
                throw new ClusterException(root + " is in use by another kybern process"
                        + ServerRecord.read(this)
                                .map(server -> " (" + server.pid() + ")")
                                .orElse(""));
            }
            if (!exists()) {
                Files.writeString(root.resolve("format"), FORMAT + "\n");
            }
            HELD.add(channel);
            return new Hold(channel);
        } catch (IOException e) {
            throw new ClusterException("cannot use " + root + ": " + e.getMessage() + "; choose another --data-dir", e);
        }
    }

    /**
     * Waits until no process holds the directory: nothing can come later than the end of a process that frees its lock.
     *
     * @return whether that was within {@code patience}
     */
    public boolean awaitUnlocked(Duration patience) {
        CompletableFuture<Void> free = new CompletableFuture<>();
        Thread waiter = Thread.ofPlatform().daemon().name("await-unlocked").start(() -> {
            try (FileChannel channel = FileChannel.open(root.resolve("lock"), StandardOpenOption.WRITE)) {
                channel.lock();
                free.complete(null);
            } catch (NoSuchFileException e) {
                free.complete(null);
            } catch (IOException e) {
                free.completeExceptionally(e);
            }
        });
        try {
            free.get(patience.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            waiter.interrupt();
            return false;
        } catch (ExecutionException e) {
            throw new ClusterException("cannot use " + root.resolve("lock") + ": " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    /** Deletes everything; nothing may run. */
    public void delete() {
        try (Stream<Path> files = Files.walk(root)) {
            files.sorted(Comparator.reverseOrder()).forEach(ClusterDirectory::deleteFile);
        } catch (NoSuchFileException e) {
            // Nothing there: nothing to do.
        } catch (IOException | UncheckedIOException e) {
            throw new ClusterException("cannot delete " + root + ": " + e.getMessage(), e);
        }
    }

    private static void deleteFile(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
