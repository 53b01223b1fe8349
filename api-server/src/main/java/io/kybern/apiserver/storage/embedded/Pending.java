package io.kybern.apiserver.storage.embedded;

import io.kybern.apiserver.storage.KeyValueStore.Write;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A transaction whose writer waits. */
final class Pending {
    /** Of so many on, writers wake each other. */
    private static final int MANY = 16;

    /** How many of them are woken for that by who answers. */
    private static final int LANES = 4;

    final List<Write> writes;
    private final Thread writer = Thread.currentThread();

    /** Whom the writer wakes when it is awake itself; written before the outcome. */
    private @Nullable Lane lane;

    private volatile @Nullable Outcome outcome;

    /** Each {@link #LANES}th of a batch behind a first. */
    private record Lane(List<Pending> batch, int first) {
        void wake() {
            for (int i = first + LANES; i < batch.size(); i += LANES) {
                LockSupport.unpark(batch.get(i).writer);
            }
        }
    }

    Pending(List<Write> writes) {
        this.writes = writes;
    }

    /** Of all values. */
    long bytes() {
        long bytes = 0;
        for (Write write : writes) {
            bytes += write instanceof Write.Put put ? put.value().length : 0;
        }
        return bytes;
    }

    void complete(Outcome outcome) {
        answer(outcome);
        LockSupport.unpark(writer);
    }

    private void answer(Outcome outcome) {
        if (this.outcome == null) { // else it was answered before something broke
            this.outcome = outcome;
        }
    }

    /**
     * Answers all of a batch. Where they are many a few writers wake the others: for a virtual thread to wake another one is far less work
     * than for the thread of the system that answers, and there may be more than one at it.
     */
    static void complete(List<Pending> batch, Outcome[] outcomes) {
        int woken = batch.size() < MANY ? batch.size() : LANES;
        for (int i = 0; i < outcomes.length; i++) {
            Pending pending = batch.get(i);
            pending.lane = i < woken && woken < outcomes.length ? new Lane(batch, i) : null;
            pending.answer(outcomes[i]);
        }
        for (int i = 0; i < woken; i++) {
            LockSupport.unpark(batch.get(i).writer);
        }
    }

    /**
     * Parks the thread that submitted, which has to call this, since others may wait for it to wake them. An interrupt does not end the
     * wait: what is enqueued will be written.
     */
    Outcome await() {
        boolean interrupted = false;
        Outcome result = outcome;
        while (result == null) {
            LockSupport.park(this);
            interrupted |= Thread.interrupted();
            result = outcome;
        }
        if (lane != null) {
            lane.wake();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return result;
    }
}
