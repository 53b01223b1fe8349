package io.kybern.apiserver.http;

import io.vertx.core.Context;

/** Thrown on an event loop by what would have to block: the listener repeats the request on a virtual thread. */
public final class MustWaitException extends RuntimeException {
    public MustWaitException() {
        super("must wait", null, false, false);
    }

    /** Throws on an event loop, returns elsewhere. */
    public static void unlessMayBlock() {
        if (!Thread.currentThread().isVirtual() && Context.isOnEventLoopThread()) {
            throw new MustWaitException();
        }
    }
}
