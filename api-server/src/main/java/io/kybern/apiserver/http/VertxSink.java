package io.kybern.apiserver.http;

import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.impl.ContextInternal;

/** A streaming body on its event loop. */
final class VertxSink implements StreamSink {
    private final HttpServerResponse out;
    private final ContextInternal loop;

    VertxSink(HttpServerResponse out, ContextInternal loop) {
        this.out = out;
        this.loop = loop;
        out.exceptionHandler(e -> {}); // a client that goes away is no error; onClose tells
        out.write(Buffer.buffer()); // sends the head at once: clients wait for it
    }

    @Override
    public void write(byte[] bytes) {
        if (!out.closed() && !out.ended()) {
            out.write(Buffer.buffer(Unpooled.wrappedBuffer(bytes)));
        }
    }

    @Override
    public boolean isFull() {
        return out.writeQueueFull();
    }

    @Override
    public void onDrain(Runnable action) {
        out.drainHandler(v -> action.run());
    }

    @Override
    public void onClose(Runnable action) {
        out.closeHandler(v -> action.run());
        out.endHandler(v -> action.run());
    }

    @Override
    public void execute(Runnable action) {
        loop.runOnContext(v -> action.run());
    }

    @Override
    public long pauseNanos() {
        return Pacer.ofLoop().pause();
    }

    @Override
    public void executeSoon(Runnable action) {
        Pacer.ofLoop().next(loop, action);
    }

    @Override
    public void end() {
        if (!out.closed() && !out.ended()) {
            out.end();
        }
    }
}
