package io.kybern.apiserver.http;

/** Thrown on an event loop by what would have to block: the listener repeats the request on a virtual thread. */
public final class MustWaitException extends RuntimeException {
    public MustWaitException() {
        super("must wait", null, false, false);
    }

    /** Returns on a virtual thread, throws elsewhere. */
    public static void unlessMayBlock() {
        if (!Thread.currentThread().isVirtual()) {
            throw new MustWaitException();
        }
    }
}
