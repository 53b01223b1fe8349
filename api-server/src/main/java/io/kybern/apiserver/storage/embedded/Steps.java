package io.kybern.apiserver.storage.embedded;

import io.kybern.apiserver.storage.KeyValueStore.StorageUnavailableException;
import java.io.IOException;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** What the one writer of the journal does besides batches of writes, in its order. */
final class Steps {
    private final Queue<FutureTask<?>> waiting = new ConcurrentLinkedQueue<>();

    /** Something that may fail to become durable. */
    interface Step {
        void run() throws IOException;
    }

    FutureTask<?> add(Step step) {
        FutureTask<Boolean> task = new FutureTask<>(() -> {
            step.run();
            return true;
        });
        waiting.add(task);
        return task;
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** Does the next one, if there is one; its failure is that of who waits for it. */
    void runNext() {
        FutureTask<?> next = waiting.poll();
        if (next != null) {
            next.run();
        }
    }

    /** Nobody will do them any more. */
    void cancelAll() {
        for (FutureTask<?> next = waiting.poll(); next != null; next = waiting.poll()) {
            next.cancel(false);
        }
    }

    /**
     * Waits for the end of a step.
     *
     * @throws IOException if it could not be made durable
     * @throws StorageUnavailableException if it is not done
     */
    static void await(FutureTask<?> task) throws IOException {
        try {
            task.get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case IOException failed -> throw failed;
                case RuntimeException failed -> throw failed;
                case null, default -> throw new IllegalStateException(e);
            }
        } catch (CancellationException e) {
            throw new StorageUnavailableException("the store is closed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StorageUnavailableException("interrupted", e);
        }
    }
}
