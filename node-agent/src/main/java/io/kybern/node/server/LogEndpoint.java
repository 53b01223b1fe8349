package io.kybern.node.server;

import io.fabric8.kubernetes.api.model.Pod;
import io.kybern.node.runtime.ContainerRuntime;
import io.kybern.node.runtime.ContainerRuntime.LogOptions;
import io.kybern.node.runtime.ContainerRuntime.LogSink;
import io.kybern.node.runtime.ContainerState;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;

/** {@code GET /containerLogs/NAMESPACE/POD/CONTAINER}. */
final class LogEndpoint {
    private final Targets targets;
    private final ContainerRuntime runtime;

    LogEndpoint(Targets targets, ContainerRuntime runtime) {
        this.targets = targets;
        this.runtime = runtime;
    }

    void handle(HttpServerRequest request, List<String> path) {
        Pod pod = targets.pod(path, 4);
        targets.verifyContainer(pod, path.get(3));
        LogOptions options = options(request);
        var open = new AtomicBoolean(true);
        request.response().closeHandler(closed -> open.set(false));
        Thread.ofVirtual().name("log").start(() -> {
            try {
                ContainerState container = targets.container(pod, path.get(3), flag(request, "previous"));
                request.response().setChunked(true).putHeader("Content-Type", "text/plain");
                if (options.follow()) {
                    // Sends the head: the first line may take its time, and the API server waits for an answer.
                    request.response().write(Buffer.buffer());
                }
                runtime.logs(container.id(), options, new ResponseSink(request, open));
                request.response().end();
            } catch (IOException e) {
                NodeServer.refuse(request, new RefusedException(500, "the log could not be read: " + e.getMessage()));
            } catch (RuntimeException e) {
                NodeServer.refuse(request, e);
            }
        });
    }

    /** Each write waits until it is on its way, so a slow reader slows the reading of the log. */
    private record ResponseSink(HttpServerRequest request, AtomicBoolean open) implements LogSink {
        @Override
        public boolean write(byte[] text, int offset, int length) {
            try {
                request.response()
                        .write(Buffer.buffer(length).appendBytes(text, offset, length))
                        .toCompletionStage()
                        .toCompletableFuture()
                        .join();
                return open.get();
            } catch (CompletionException | IllegalStateException closed) {
                return false;
            }
        }

        @Override
        public boolean wanted() {
            return open.get();
        }
    }

    private static LogOptions options(HttpServerRequest request) {
        try {
            Optional<Instant> since = parameter(request, "sinceSeconds")
                    .map(text -> Instant.now().minusSeconds(Long.parseLong(text)))
                    .or(() -> parameter(request, "sinceTime").map(Instant::parse));
            return new LogOptions(
                    flag(request, "follow"),
                    flag(request, "timestamps"),
                    parameter(request, "tailLines").map(Integer::valueOf),
                    since,
                    parameter(request, "limitBytes").map(Long::valueOf));
        } catch (NumberFormatException | DateTimeParseException e) {
            throw new RefusedException(400, "the query can't be read: " + e.getMessage());
        }
    }

    private static Optional<String> parameter(HttpServerRequest request, String name) {
        return Optional.ofNullable(request.getParam(name)).filter(text -> !text.isEmpty());
    }

    static boolean flag(HttpServerRequest request, String name) {
        return parameter(request, name)
                .map(text -> text.equals("true") || text.equals("1"))
                .orElse(false);
    }
}
