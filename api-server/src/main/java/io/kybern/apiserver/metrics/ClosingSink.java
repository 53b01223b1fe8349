package io.kybern.apiserver.metrics;

import io.kybern.apiserver.http.StreamSink;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** Tells once when the stream is over, besides what its source wants to know. */
final class ClosingSink implements StreamSink {
    private final StreamSink sink;
    private final Runnable closed;
    private final AtomicBoolean told = new AtomicBoolean();

    ClosingSink(StreamSink sink, Runnable closed) {
        this.sink = sink;
        this.closed = closed;
        onClose(() -> {});
    }

    @Override
    public void write(byte[] bytes) {
        sink.write(bytes);
    }

    @Override
    public void write(List<byte[]> pieces) {
        sink.write(pieces);
    }

    @Override
    public boolean isFull() {
        return sink.isFull();
    }

    @Override
    public void onDrain(Runnable action) {
        sink.onDrain(action);
    }

    @Override
    public void onClose(Runnable action) {
        sink.onClose(() -> {
            if (told.compareAndSet(false, true)) {
                closed.run();
            }
            action.run();
        });
    }

    @Override
    public void execute(Runnable action) {
        sink.execute(action);
    }

    @Override
    public long pauseNanos() {
        return sink.pauseNanos();
    }

    @Override
    public void executeSoon(Runnable action) {
        sink.executeSoon(action);
    }

    @Override
    public void end() {
        sink.end();
    }
}
