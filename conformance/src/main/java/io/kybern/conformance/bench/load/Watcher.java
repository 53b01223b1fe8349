package io.kybern.conformance.bench.load;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.function.Consumer;

/** A client that watches, as its transport knows it. Used by its loop's thread, but for what is volatile or final. */
final class Watcher {
    /** What a loop has received is looked at here, where its last piece was, which the processor still has at hand. */
    private static final FastThreadLocal<byte[]> PIECE = new FastThreadLocal<>() {
        @Override
        protected byte[] initialValue() {
            return new byte[16 << 10];
        }
    };

    final EventReader events;
    final EventLoop loop;
    /** Those with the same number share a connection, where connections are shared. */
    final int group;

    private final Consumer<Watcher> ended;
    private long interruptions;
    private volatile boolean watching;
    private volatile String failure = "";

    /** @param ended is told when the server has ended what it was asked for */
    Watcher(EventReader events, EventLoop loop, int group, Consumer<Watcher> ended) {
        this.events = events;
        this.loop = loop;
        this.group = group;
        this.ended = ended;
    }

    /** Takes what the server's bytes are read by. */
    interface Reading {
        void read(byte[] bytes, int offset, int limit);
    }

    /** The server has been asked, and what it says is about to come. */
    void begin() {
        events.restart();
        watching = true;
    }

    /** What the server says, in pieces. */
    static void read(ByteBuf bytes, Reading reading) {
        byte[] piece = PIECE.get();
        while (bytes.isReadable()) {
            int length = Math.min(piece.length, bytes.readableBytes());
            bytes.readBytes(piece, 0, length);
            reading.read(piece, 0, length);
        }
    }

    void end() {
        interruptions++;
        ended.accept(this);
    }

    void fail(String why) {
        failure = why;
    }

    /** Whether it has been told anything yet, or is about to be. */
    boolean isWatching() {
        return watching;
    }

    /** Why it can't go on; empty if it can. */
    String failure() {
        return failure;
    }

    /** How often the server has ended it. */
    long interruptions() {
        return interruptions;
    }
}
