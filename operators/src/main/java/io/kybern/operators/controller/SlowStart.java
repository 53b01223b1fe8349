package io.kybern.operators.controller;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/**
 * Makes many calls in parallel, carefully: one, then two, four, eight ... as long as all of a batch succeed. Where a
 * quota refuses pods, one refusal is enough.
 */
public final class SlowStart {
    private SlowStart() {}

    /**
     * @param successes calls that succeeded
     * @param failure what the first call that failed said
     */
    public record Result(int successes, Optional<KubernetesClientException> failure) {}

    /** Calls up to {@code count} times. */
    public static Result call(int count, Runnable call) throws InterruptedException {
        int done = 0;
        for (int batch = Math.min(1, count); batch > 0; batch = Math.min(2 * batch, count - done)) {
            var result = batch(Collections.nCopies(batch, call), Runnable::run);
            done += result.successes();
            if (result.failure().isPresent()) {
                return new Result(done, result.failure());
            }
        }
        return new Result(done, Optional.empty());
    }

    /** Calls for all of {@code items} at once. */
    public static <T> Result all(List<T> items, Consumer<T> call) throws InterruptedException {
        return batch(items, call);
    }

    private static <T> Result batch(List<T> items, Consumer<T> call) throws InterruptedException {
        int successes = 0;
        Optional<KubernetesClientException> failure = Optional.empty();
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> calls = new ArrayList<>();
            for (T item : items) {
                calls.add(executor.submit(() -> call.accept(item)));
            }
            for (Future<?> one : calls) {
                try {
                    one.get();
                    successes++;
                } catch (ExecutionException e) {
                    failure = failure.or(() -> Optional.of(asClientException(e)));
                }
            }
        }
        return new Result(successes, failure);
    }

    private static KubernetesClientException asClientException(ExecutionException failed) {
        return failed.getCause() instanceof KubernetesClientException e
                ? e
                : new KubernetesClientException(failed.toString(), failed);
    }
}
