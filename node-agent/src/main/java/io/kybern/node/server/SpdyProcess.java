package io.kybern.node.server;

import io.kybern.node.runtime.ContainerRuntime.StreamOptions;
import io.kybern.node.runtime.ContainerRuntime.StreamOutput;
import io.kybern.node.runtime.ContainerRuntime.StreamSession;
import io.kybern.node.spdy.SpdyStream;
import io.kybern.node.spdy.StreamReceiver;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A process whose streams are those of a SPDY connection, {@code v4.channel.k8s.io}. It is started when all streams are there
 * that its options ask for.
 */
final class SpdyProcess implements Upgrades.SpdyService, StreamOutput {
    private static final String ERROR = "error";
    private static final String STDIN = "stdin";
    private static final String STDOUT = "stdout";
    private static final String STDERR = "stderr";
    private static final String RESIZE = "resize";

    /** Upstream waits as long for streams. */
    private static final int STREAMS_WITHIN_SECONDS = 30;
    /** The client closes the connection when it has read all; one that does not has it closed. */
    private static final Executor LINGER = CompletableFuture.delayedExecutor(10, TimeUnit.SECONDS);

    private final Function<StreamOutput, StreamSession> start;
    private final Set<String> expected = new HashSet<>(Set.of(ERROR));
    private final Map<String, SpdyStream> streams = new ConcurrentHashMap<>();
    private final CompletableFuture<StreamSession> session = new CompletableFuture<>();

    /** @param start starts the process; may block */
    SpdyProcess(StreamOptions options, Function<StreamOutput, StreamSession> start) {
        this.start = start;
        expect(STDIN, options.stdin());
        expect(STDOUT, options.stdout());
        expect(STDERR, options.stderr() && !options.tty());
        expect(RESIZE, options.tty());
    }

    private void expect(String type, boolean wanted) {
        if (wanted) {
            expected.add(type);
        }
    }

    @Override
    public StreamReceiver opened(SpdyStream stream) {
        String type = stream.header("streamtype");
        if (!expected.contains(type) || streams.putIfAbsent(type, stream) != null) {
            stream.reset();
            return StreamReceiver.NONE;
        }
        if (streams.size() == 1) {
            session.orTimeout(STREAMS_WITHIN_SECONDS, TimeUnit.SECONDS).exceptionally(e -> {
                stream.connection().close();
                throw new CompletionException(e);
            });
        }
        if (streams.size() == expected.size()) {
            Thread.ofVirtual().name("process").start(this::begin);
        }
        return switch (type) {
            case STDIN -> new Stdin();
            case RESIZE -> data -> withSession(open -> ProcessStatus.resize(open, data));
            default -> StreamReceiver.NONE;
        };
    }

    private void begin() {
        try {
            session.complete(start.apply(this));
        } catch (RuntimeException e) {
            ended(ProcessStatus.failure(String.valueOf(e.getMessage())));
        }
    }

    private void withSession(Consumer<StreamSession> action) {
        try {
            action.accept(session.join());
        } catch (CompletionException | IllegalArgumentException notStarted) {
            // Told to the client by the end of its streams.
        }
    }

    @Override
    public void closed() {
        session.thenAcceptAsync(StreamSession::close, task -> Thread.ofVirtual().start(task));
    }

    @Override
    public void stdout(byte[] data) {
        send(STDOUT, data);
    }

    @Override
    public void stderr(byte[] data) {
        send(STDERR, data);
    }

    private void send(String type, byte[] data) {
        SpdyStream stream = streams.get(type);
        if (stream != null) {
            stream.send(data);
        }
    }

    @Override
    public void ended(String status) {
        send(ERROR, status.getBytes(StandardCharsets.UTF_8));
        streams.values().forEach(SpdyStream::end);
        LINGER.execute(
                () -> streams.values().forEach(stream -> stream.connection().close()));
    }

    private final class Stdin implements StreamReceiver {
        @Override
        public void data(byte[] data) {
            withSession(open -> open.stdin(data));
        }

        @Override
        public void ended() {
            withSession(StreamSession::stdinEnd);
        }

        @Override
        public void reset() {
            // The connection's end ends the process's session.
        }
    }
}
