package io.kybern.apiserver.storage.embedded;

import io.kybern.apiserver.storage.embedded.format1.Format1;
import java.io.IOException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Begins the log of a store that has a past, but elsewhere. */
final class StateWriter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StateWriter.class);
    private static final int BATCH_BYTES = 4 << 20;

    private final Log log;
    private final long revision;
    private long bytes;

    /** @param revision the newest; history up to there is gone */
    StateWriter(Path directory, int segmentBytes, long revision) throws IOException {
        this.log = Log.create(directory, segmentBytes, revision);
        this.revision = revision;
    }

    void add(String key, KeyState state, byte[] value) throws IOException {
        log.add(LogEntry.moved(key, state, value));
        bytes += LogEntry.HEADER + value.length;
        if (bytes >= BATCH_BYTES) {
            log.sync();
            log.begin(revision, revision);
            bytes = 0;
        }
    }

    void finish() throws IOException {
        log.sync();
    }

    @Override
    public void close() {
        log.close();
    }

    /**
     * Converts a directory of an earlier format, if it is one. Before the end the old files are the valid ones, after it the new ones
     * are; whoever asks for what came before is told that it is compacted.
     *
     * @throws DataDirectoryException if it can't be read
     */
    static void convert(Path directory, int segmentBytes) throws IOException {
        Format1.removeRest(directory);
        if (!Format1.isIn(directory)) {
            return;
        }
        try (DirectoryLock old = DirectoryLock.take(directory, Format1.LOCK)) {
            Log.remove(directory);
            StateWriter[] writer = new StateWriter[1];
            try {
                Format1.read(directory, revision -> {
                    StateWriter begun = new StateWriter(directory, segmentBytes, revision);
                    writer[0] = begun;
                    return (key, created, modified, expires, value) ->
                            begun.add(key, new KeyState(created, modified, expires), value);
                });
                writer[0].finish();
            } finally {
                if (writer[0] != null) {
                    writer[0].close();
                }
            }
            Format1.remove(directory);
            OwnFiles.syncDirectory(directory);
            LOG.info("converted data directory {} from format 1 to {}", directory, Segment.FORMAT);
        } catch (IOException e) {
            throw new DataDirectoryException("data directory " + directory + " can't be opened: " + e.getMessage(), e);
        }
    }
}
