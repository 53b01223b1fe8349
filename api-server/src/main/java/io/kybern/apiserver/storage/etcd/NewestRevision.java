package io.kybern.apiserver.storage.etcd;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.LongSupplier;

/**
 * etcd's newest revision, asked for once for all who want it at the same time. An answer only serves who asked before the
 * question was sent: who comes later waits for the next one.
 */
final class NewestRevision {
    private final LongSupplier ask;
    private volatile CompletableFuture<Long> next = new CompletableFuture<>();
    private final Object asking = new Object();

    /** @param ask blocks */
    NewestRevision(LongSupplier ask) {
        this.ask = ask;
    }

    long get() {
        CompletableFuture<Long> mine = next;
        synchronized (asking) {
            if (!mine.isDone()) {
                answer(mine);
            }
        }
        try {
            return mine.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private void answer(CompletableFuture<Long> question) {
        next = new CompletableFuture<>(); // from here on others ask anew
        try {
            question.complete(ask.getAsLong());
        } catch (RuntimeException e) {
            question.completeExceptionally(e);
        }
    }
}
