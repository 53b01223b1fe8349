package io.kybern.apiserver.storage.etcd;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * etcd's newest revision, asked for once for all who want it at the same time. An answer only serves who asked before the
 * question was sent: who comes later waits for the next one, which is sent by the answer. So nobody's question waits until the
 * thread of somebody else has had a processor.
 */
final class NewestRevision {
    private final Supplier<CompletableFuture<Long>> ask;

    /** Whether a question is under way. */
    @GuardedBy("this") private boolean asking;

    /** Of who has come since; null: nobody. */
    @GuardedBy("this") private @Nullable CompletableFuture<Long> next;

    /** @param ask does not block; comes to an end in any case */
    NewestRevision(Supplier<CompletableFuture<Long>> ask) {
        this.ask = ask;
    }

    /** Blocks. */
    long get() {
        CompletableFuture<Long> mine;
        boolean first;
        synchronized (this) {
            mine = next == null ? new CompletableFuture<>() : next;
            first = !asking;
            asking = true;
            next = first ? null : mine;
        }
        if (first) {
            send(mine);
        }
        try {
            return mine.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private void send(CompletableFuture<Long> question) {
        CompletableFuture<Long> answer;
        try {
            answer = ask.get();
        } catch (RuntimeException e) {
            answer = CompletableFuture.failedFuture(e);
        }
        answer.whenComplete((revision, failure) -> {
            if (failure == null) {
                question.complete(revision);
            } else {
                question.completeExceptionally(
                        failure instanceof CompletionException && failure.getCause() != null
                                ? failure.getCause()
                                : failure);
            }
            goOn();
        });
    }

    private void goOn() {
        CompletableFuture<Long> question;
        synchronized (this) {
            question = next;
            next = null;
            asking = question != null;
        }
        if (question != null) {
            send(question);
        }
    }
}
