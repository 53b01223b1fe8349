package io.kybern.apiserver.storage.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Writers of which a few wake the others. */
class PendingTest {
    /** Has {@code writers} threads submit one transaction each, and gives what each is told. */
    private static List<CompletableFuture<Outcome>> writers(int writers, List<Pending> batch) throws Exception {
        List<CompletableFuture<Outcome>> told = new ArrayList<>();
        for (int i = 0; i < writers; i++) {
            CompletableFuture<Pending> submitted = new CompletableFuture<>();
            CompletableFuture<Outcome> outcome = new CompletableFuture<>();
            Runnable writer = () -> {
                Pending pending = new Pending(List.of());
                submitted.complete(pending);
                outcome.complete(pending.await());
            };
            if (i % 3 == 0) {
                Thread.ofPlatform().daemon().start(writer);
            } else {
                Thread.ofVirtual().start(writer);
            }
            batch.add(submitted.get(20, TimeUnit.SECONDS));
            told.add(outcome);
        }
        return told;
    }

    private static Outcome[] outcomes(int count) {
        return Stream.iterate(1, i -> i + 1)
                .limit(count)
                .map(Outcome.Committed::new)
                .toArray(Outcome[]::new);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 15, 16, 17, 19, 256})
    void eachWriterIsToldItsOwnOutcome(int writers) throws Exception {
        for (int round = 0; round < 20; round++) {
            List<Pending> batch = new ArrayList<>();
            List<CompletableFuture<Outcome>> told = writers(writers, batch);
            Outcome[] outcomes = outcomes(writers);
            Pending.complete(batch, outcomes);
            for (int i = 0; i < writers; i++) {
                assertThat(told.get(i).get(20, TimeUnit.SECONDS)).isSameAs(outcomes[i]);
            }
        }
    }

    @Test
    void whoSubmitsManyBeforeItWaitsHoldsNobodyUp() throws Exception {
        int each = 40;
        List<Pending> batch = new ArrayList<>();
        CountDownLatch submitted = new CountDownLatch(1);
        CompletableFuture<List<Outcome>> told = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            List<Pending> own =
                    Stream.generate(() -> new Pending(List.of())).limit(each).toList();
            batch.addAll(own);
            submitted.countDown();
            // The last first: those that are to wake others come last.
            told.complete(own.reversed().stream().map(Pending::await).toList());
        });
        submitted.await();
        List<CompletableFuture<Outcome>> others = writers(each, batch);
        Pending.complete(batch, outcomes(2 * each));
        for (CompletableFuture<Outcome> other : others) {
            assertThat(other.get(20, TimeUnit.SECONDS)).isInstanceOf(Outcome.Committed.class);
        }
        assertThat(told.get(20, TimeUnit.SECONDS)).hasSize(each).doesNotContainNull();
    }
}
