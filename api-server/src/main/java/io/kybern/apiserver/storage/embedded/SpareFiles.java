package io.kybern.apiserver.storage.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * Files of segments that are gone, for the next segments. To sync what replaces something costs the file system half of what it costs
 * to make a file longer; and a log that goes round takes no more of the system's page cache than it has bytes.
 *
 * <p>Some are kept while segments are begun one after the other; a store that is written to less gives them back. The one writer adds and takes; any thread may
 * {@link #deleteAll}.
 */
final class SpareFiles {
    private static final String SUFFIX = ".spare";
    private static final int MOST = 16;
    /** Of the disk they take such a part at most. */
    private static final int PART = 64;

    private final Path directory;
    private final int most;
    private final Queue<Spare> files = new ConcurrentLinkedQueue<>();
    private int named;

    private record Spare(Path file, long bytes) {}

    SpareFiles(Path directory, int segmentBytes) {
        this.directory = directory;
        this.most = (int) Math.min(MOST, directory.toFile().getTotalSpace() / PART / segmentBytes);
    }

    static boolean isSpare(Path file) {
        return file.getFileName().toString().endsWith(SUFFIX);
    }

    /**
     * Takes the file of a segment out of the log, if an earlier try has not: gives it another name, or deletes it.
     *
     * @return what is to be {@link #add}ed when the directory was synced, not before: else the file might come back after a crash,
     *     written over; null if there is nothing
     */
    @Nullable Path takeOut(Path segment) throws IOException {
        if (files.size() >= most || !Files.exists(segment)) {
            Files.deleteIfExists(segment);
            return null;
        }
        Path spare = directory.resolve(named++ + SUFFIX);
        Files.move(segment, spare);
        return spare;
    }

    /** Keeps a file for a next segment. */
    void add(Path spare) throws IOException {
        files.add(new Spare(spare, Files.size(spare)));
    }

    boolean isEmpty() {
        return files.isEmpty();
    }

    /** One to be written over; null if there is none. */
    @Nullable Path take() {
        Spare next = files.poll();
        return next == null ? null : next.file;
    }

    /** What they take on disk. */
    long bytes() {
        return files.stream().mapToLong(Spare::bytes).sum();
    }

    void deleteAll() throws IOException {
        for (Path file = take(); file != null; file = take()) {
            Files.deleteIfExists(file);
        }
    }
}
