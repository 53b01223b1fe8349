package io.kybern.node.server;

import io.kybern.node.runtime.ContainerRuntime.PortConnection;
import io.kybern.node.runtime.ContainerRuntime.PortOutput;
import io.kybern.node.spdy.SpdyStream;
import io.kybern.node.spdy.StreamReceiver;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Ports of a pod over a SPDY connection, {@code portforward.k8s.io}: each connection to a port is a pair of streams with one
 * {@code requestid}, {@code data} for its bytes and {@code error} for a sentence if it fails.
 */
final class SpdyPorts implements Upgrades.SpdyService {
    /** Opens connections to ports. */
    @FunctionalInterface
    interface Dialer {
        PortConnection connect(int port, PortOutput output);
    }

    private final Dialer dialer;
    private final String pod;
    private final Map<String, Forward> forwards = new ConcurrentHashMap<>();

    /** @param pod for messages */
    SpdyPorts(String pod, Dialer dialer) {
        this.pod = pod;
        this.dialer = dialer;
    }

    @Override
    public StreamReceiver opened(SpdyStream stream) {
        String type = stream.header("streamtype");
        int port = port(stream.header("port"));
        if (port == 0 || !(type.equals("data") || type.equals("error"))) {
            stream.reset();
            return StreamReceiver.NONE;
        }
        String id = stream.header("requestid");
        Forward forward = forwards.computeIfAbsent(id, unused -> new Forward(id, port));
        if (type.equals("error")) {
            forward.error.complete(stream);
            return StreamReceiver.NONE;
        }
        Thread.ofVirtual().name("port-forward").start(() -> forward.begin(stream));
        return forward.input();
    }

    /** 0 for what is none. */
    private static int port(String text) {
        try {
            int port = Integer.parseInt(text);
            return port > 0 && port < 65536 ? port : 0;
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    @Override
    public void closed() {
        // Each pair is told by its data stream.
    }

    /** One connection to a port. */
    private final class Forward implements PortOutput {
        private final String id;
        private final int port;
        private final CompletableFuture<SpdyStream> error = new CompletableFuture<>();
        private final CompletableFuture<SpdyStream> data = new CompletableFuture<>();
        private final CompletableFuture<PortConnection> connection = new CompletableFuture<>();

        Forward(String id, int port) {
            this.id = id;
            this.port = port;
        }

        StreamReceiver input() {
            return new Input();
        }

        void begin(SpdyStream stream) {
            data.complete(stream);
            try {
                connection.complete(dialer.connect(port, this));
            } catch (RuntimeException e) {
                connection.completeExceptionally(e);
                closed(String.valueOf(e.getMessage()));
            }
        }

        @Override
        public void data(byte[] bytes) {
            data.join().send(bytes);
        }

        @Override
        public void closed(String why) {
            forwards.remove(id, this);
            if (!why.isEmpty()) {
                String sentence = "error forwarding port " + port + " to pod " + pod + ": " + why;
                error.thenAccept(stream -> stream.send(sentence.getBytes(StandardCharsets.UTF_8)));
            }
            error.thenAccept(SpdyStream::end);
            data.join().end();
        }

        /** What the client sends. */
        private final class Input implements StreamReceiver {
            @Override
            public void data(byte[] bytes) {
                with(open -> open.send(bytes));
            }

            @Override
            public void ended() {
                with(PortConnection::sendEnd);
            }

            @Override
            public void reset() {
                with(PortConnection::close);
            }
        }

        private void with(Consumer<PortConnection> action) {
            try {
                action.accept(connection.join());
            } catch (CompletionException notConnected) {
                // The client has been told.
            }
        }
    }
}
