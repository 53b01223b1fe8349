package io.kybern.crd.pace;

import java.util.concurrent.locks.LockSupport;

/** For work that goes on for long on a virtual thread, which nothing else interrupts. */
public final class Pace {
    private Pace() {}

    /**
     * Lets all run first that wait for a processor; to be called every millisecond or two. {@code Thread.yield} would not do: where two
     * such threads share a carrier they would yield to each other, and what comes from other threads would wait until one of them ends.
     */
    public static void letOthersRun() {
        LockSupport.parkNanos(1);
    }
}
