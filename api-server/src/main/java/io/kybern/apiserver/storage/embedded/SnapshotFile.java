package io.kybern.apiserver.storage.embedded;

import io.kybern.apiserver.storage.KeyValueStore.KeyValue;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * All live keys at a revision in one file, without the past. Numbers are big-endian.
 *
 * <pre>
 *   "kybern snapshot" and a line feed                                                  16 bytes
 *   format (int), revision (long), number of keys (long)
 *   for each key: length (int), path, created, modified, expires (longs), length (int), value
 *   SHA-256 of all this
 * </pre>
 *
 * What is read is checked as a whole before anything is done with it.
 */
public final class SnapshotFile {
    private static final byte[] MAGIC = "kybern snapshot\n".getBytes(StandardCharsets.US_ASCII);
    private static final int FORMAT = 1;
    private static final int BUFFER = 64 << 10;

    private SnapshotFile() {}

    /**
     * What a file holds.
     *
     * @param revision at which it shows the store, and from which a restored one goes on
     */
    public record Content(long revision, long keys) {}

    /** The file can't be restored; the message is one line that says why. */
    public static final class SnapshotException extends RuntimeException {
        SnapshotException(String message) {
            super(message);
        }
    }

    /** One key with all that is known of it. */
    record Entry(String key, KeyState state, byte[] value) {}

    /** Takes what a file holds, in the order of keys. */
    interface Sink {
        void accept(Entry entry) throws IOException;
    }

    /**
     * Writes the state.
     *
     * @param version gives a key's value; empty if it was replaced and forgotten meanwhile
     */
    static void write(OutputStream out, Committer.State state, BiFunction<String, KeyState, Optional<KeyValue>> version)
            throws IOException {
        DigestOutputStream digested = new DigestOutputStream(new BufferedOutputStream(out, BUFFER), sha256());
        DataOutputStream data = new DataOutputStream(digested);
        data.write(MAGIC);
        data.writeInt(FORMAT);
        data.writeLong(state.revision());
        data.writeLong(state.keys().size());
        for (Iterator<Map.Entry<String, KeyState>> keys = state.keys().iteratorFrom(""); keys.hasNext(); ) {
            Map.Entry<String, KeyState> key = keys.next();
            byte[] path = key.getKey().getBytes(StandardCharsets.UTF_8);
            byte[] value = version.apply(key.getKey(), key.getValue())
                    .orElseThrow(() -> new IOException("it took so long that history was forgotten meanwhile"))
                    .value();
            data.writeInt(path.length);
            data.write(path);
            data.writeLong(key.getValue().created());
            data.writeLong(key.getValue().modified());
            data.writeLong(key.getValue().expires());
            data.writeInt(value.length);
            data.write(value);
        }
        data.flush();
        digested.on(false);
        data.write(digested.getMessageDigest().digest());
        data.flush();
    }

    /**
     * Reads a file to its end.
     *
     * @throws SnapshotException if it is none, is damaged or of a newer version
     */
    public static Content verify(Path file) throws IOException {
        return read(file, entry -> {});
    }

    /** As {@link #verify}, and passes on what is in it: before the end it is not known to be whole. */
    static Content read(Path file, Sink sink) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), BUFFER)) {
            DigestInputStream digested = new DigestInputStream(in, sha256());
            DataInputStream data = new DataInputStream(digested);
            if (!Arrays.equals(data.readNBytes(MAGIC.length), MAGIC)) {
                throw new SnapshotException(file + " is no snapshot of Kybern");
            }
            int format = data.readInt();
            if (format > FORMAT) {
                throw new SnapshotException(file + " was written by a newer version: it has format " + format
                        + ", this version reads up to " + FORMAT);
            }
            long limit = Files.size(file);
            Content content = new Content(data.readLong(), data.readLong());
            for (long i = 0; i < content.keys(); i++) {
                String key = new String(bytes(data, limit), StandardCharsets.UTF_8);
                KeyState state = new KeyState(data.readLong(), data.readLong(), data.readLong());
                sink.accept(new Entry(key, state, bytes(data, limit)));
            }
            byte[] expected = digested.getMessageDigest().digest();
            digested.on(false);
            if (!Arrays.equals(data.readNBytes(expected.length), expected) || data.read() >= 0) {
                throw new SnapshotException(file + " is damaged: its checksum does not match what is in it");
            }
            return content;
        } catch (EOFException e) {
            throw new SnapshotException(file + " is damaged: it ends too early");
        }
    }

    private static byte[] bytes(DataInputStream data, long limit) throws IOException {
        int length = data.readInt();
        if (length < 0 || length > limit) {
            throw new EOFException();
        }
        byte[] bytes = new byte[length];
        data.readFully(bytes);
        return bytes;
    }

    /**
     * Makes a store of a file.
     *
     * @param directory of the new store, which must not exist or be empty
     * @throws SnapshotException as {@link #verify}, or if there is something in the directory; nothing is made then
     */
    public static Content restore(Path file, Path directory) throws IOException {
        Content content = verify(file);
        if (Files.exists(directory) && !isEmpty(directory)) {
            throw new SnapshotException(
                    directory + " has data already: a snapshot is restored into an empty directory");
        }
        Path next = directory.resolveSibling(directory.getFileName() + ".restored-in-part");
        delete(next);
        OwnFiles.createDirectory(next);
        try {
            try (StateWriter store = new StateWriter(next, EmbeddedStore.SEGMENT_BYTES, content.revision())) {
                read(file, entry -> store.add(entry.key(), entry.state(), entry.value()));
                store.finish();
            }
            Files.deleteIfExists(directory);
            Files.move(next, directory);
            return content;
        } catch (IOException | RuntimeException e) {
            delete(next);
            throw e;
        }
    }

    private static boolean isEmpty(Path directory) throws IOException {
        try (var files = Files.list(directory)) {
            return files.findAny().isEmpty();
        }
    }

    private static void delete(Path directory) throws IOException {
        if (Files.exists(directory)) {
            try (var files = Files.list(directory)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(directory);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // each JVM has it
        }
    }
}
