package io.kybern.apiserver.customresource.behaviour;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kybern.apiserver.http.StreamSink;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/** The client's side of a watch, served by a platform thread as event loops are: it must not be made to wait. */
final class WatchProbe implements StreamSink, AutoCloseable {
    private static final int PATIENCE_SECONDS = 20;

    private final BlockingQueue<JsonNode> events = new LinkedBlockingQueue<>();
    private final List<Runnable> onClose = new CopyOnWriteArrayList<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final ExecutorService loop = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("watch-probe").factory());

    /** The next event; fails if none comes. */
    JsonNode next() {
        try {
            JsonNode event = events.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertThat(event).as("an event").isNotNull();
            return event;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** The next event must be this one. */
    JsonNode next(String type, String name) {
        JsonNode event = next();
        assertThat(event.path("type").asText() + " "
                        + event.at("/object/metadata/name").asText())
                .as(event.toString())
                .isEqualTo(type + " " + name);
        return event.path("object");
    }

    /** Nothing has come; only right after something that would have come later. */
    void nothingMore() {
        assertThat(events).isEmpty();
    }

    /** Waits for the end of the stream; fails if an event comes before. */
    void awaitEnd() {
        try {
            assertThat(ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS))
                    .as("end")
                    .isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        assertThat(events).isEmpty();
    }

    @Override
    public void write(byte[] bytes) {
        new String(bytes, StandardCharsets.UTF_8).lines().map(Cluster::json).forEach(events::add);
    }

    @Override
    public boolean isFull() {
        return false;
    }

    @Override
    public void onDrain(Runnable action) {}

    @Override
    public void onClose(Runnable action) {
        onClose.add(action);
    }

    @Override
    public void execute(Runnable action) {
        try {
            loop.execute(action);
        } catch (RejectedExecutionException e) {
            assertThat(loop.isShutdown()).isTrue(); // closed by the client: the connection is gone
        }
    }

    @Override
    public void end() {
        ended.countDown();
    }

    @Override
    public void close() {
        onClose.forEach(Runnable::run);
        loop.shutdown();
    }
}
