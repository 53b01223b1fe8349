package io.kybern.apiserver.introspection;

import io.kybern.apiserver.endpoint.PathEndpoint;
import io.kybern.apiserver.http.ApiRequest;
import io.kybern.apiserver.http.ApiResponse;
import io.kybern.apiserver.http.StreamSink;
import io.kybern.apiserver.negotiation.Encoder;
import io.kybern.apiserver.storage.KeyValueStore;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.concurrent.Semaphore;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * All that is stored, as one file ({@link io.kybern.apiserver.storage.embedded.SnapshotFile}), for who may see everything. A stream
 * that fails on the way ends without the checksum that makes it whole. Not of the original, whose objects etcd keeps.
 */
public final class SnapshotEndpoint implements PathEndpoint {
    public static final String PATH = "/kybern/snapshot";
    private static final Logger LOG = Logger.getLogger(SnapshotEndpoint.class.getName());

    private final KeyValueStore store;

    public SnapshotEndpoint(KeyValueStore store) {
        this.store = store;
    }

    @Override
    public ApiResponse serve(ApiRequest request) {
        if (!request.method().equals("GET")) {
            return Encoder.text(405, "a snapshot is got\n");
        }
        if (store.shared()) {
            return Encoder.text(501, "the objects are in etcd: etcdctl snapshot save keeps them\n");
        }
        return new ApiResponse.Stream(
                200,
                Encoder.contentType("application/octet-stream"),
                sink -> Thread.ofVirtual().name("snapshot").start(() -> send(sink)));
    }

    private void send(StreamSink sink) {
        try (Blocking out = new Blocking(sink)) {
            store.save(out);
        } catch (IOException | RuntimeException e) {
            LOG.log(Level.WARNING, "a snapshot was not finished: " + e.getMessage(), e);
        }
    }

    /** Waits where the sink would not. */
    private static final class Blocking extends OutputStream {
        private final StreamSink sink;
        private final Semaphore wake = new Semaphore(0);
        private volatile boolean gone;

        Blocking(StreamSink sink) {
            this.sink = sink;
            sink.onDrain(wake::release);
            sink.onClose(() -> {
                gone = true;
                wake.release();
            });
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            while (sink.isFull() && !gone) {
                wake.acquireUninterruptibly();
            }
            if (gone) {
                throw new IOException("the client is gone");
            }
            sink.write(Arrays.copyOfRange(bytes, offset, offset + length));
        }

        @Override
        public void close() {
            sink.end();
        }
    }
}
