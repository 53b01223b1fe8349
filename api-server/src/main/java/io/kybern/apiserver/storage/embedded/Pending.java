package io.kybern.apiserver.storage.embedded;

import io.kybern.apiserver.storage.KeyValueStore.Write;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A transaction whose writer waits. */
final class Pending {
    final List<Write> writes;
    private final Thread writer = Thread.currentThread();
    private volatile @Nullable Outcome outcome;

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
        if (this.outcome != null) {
            return; // answered already, before something broke
        }
        this.outcome = outcome;
        LockSupport.unpark(writer);
    }

    /** Parks the thread that submitted. An interrupt does not end the wait: what is enqueued will be written. */
    Outcome await() {
        boolean interrupted = false;
        Outcome result = outcome;
        while (result == null) {
            LockSupport.park(this);
            interrupted |= Thread.interrupted();
            result = outcome;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return result;
    }
}
