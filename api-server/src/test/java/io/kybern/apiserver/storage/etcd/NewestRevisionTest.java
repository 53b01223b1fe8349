package io.kybern.apiserver.storage.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kybern.apiserver.storage.KeyValueStore.StorageUnavailableException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class NewestRevisionTest {
    private final BlockingQueue<CompletableFuture<Long>> questions = new LinkedBlockingQueue<>();
    private final NewestRevision newest = new NewestRevision(() -> {
        CompletableFuture<Long> question = new CompletableFuture<>();
        questions.add(question);
        return question;
    });
    private final Queue<Long> answers = new ConcurrentLinkedQueue<>();

    private Thread ask() throws InterruptedException {
        Thread thread = Thread.ofPlatform().start(() -> answers.add(newest.get()));
        while (thread.getState() != Thread.State.WAITING) {
            assertThat(thread.isAlive()).isTrue();
            Thread.onSpinWait();
        }
        return thread;
    }

    @Test
    void whoComesWhileAQuestionIsUnderWayIsAnsweredByTheNextOne() throws Exception {
        Thread first = ask();
        List<Thread> later = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            later.add(ask());
        }
        assertThat(questions).hasSize(1);
        questions.take().complete(5L);
        first.join();
        assertThat(answers).containsExactly(5L);
        questions.take().complete(7L);
        for (Thread thread : later) {
            thread.join();
        }
        assertThat(answers).hasSize(11).filteredOn(Predicate.isEqual(7L)).hasSize(10);
        assertThat(questions).isEmpty();
        ask();
        assertThat(questions.poll(10, TimeUnit.SECONDS)).as("a question anew").isNotNull();
    }

    /** The next question is sent by the answer to the one before, not by a thread that waits for it: that may be hindered. */
    @Test
    void nobodyWaitsForTheThreadOfAnother() throws Exception {
        ask();
        ask();
        CompletableFuture<Long> question = questions.take();
        Thread answering = Thread.ofPlatform().start(() -> question.complete(5L));
        answering.join();
        assertThat(questions).as("sent when the answer had come").hasSize(1);
    }

    @Test
    void aFailureIsOfThoseWhoHaveAsked() throws Exception {
        CompletableFuture<Throwable> failure = new CompletableFuture<>();
        Thread.ofPlatform().start(() -> {
            try {
                newest.get();
            } catch (RuntimeException e) {
                failure.complete(e);
            }
        });
        CompletableFuture<Long> question = questions.take();
        Thread later = ask();
        question.completeExceptionally(new StorageUnavailableException("silent", null));
        assertThat(failure.get())
                .isInstanceOf(StorageUnavailableException.class)
                .hasMessage("silent");
        questions.take().complete(9L);
        later.join();
        assertThat(answers).containsExactly(9L);
    }

    @Test
    void whatCannotBeAskedFails() {
        NewestRevision broken = new NewestRevision(() -> {
            throw new StorageUnavailableException("closed", null);
        });
        assertThatThrownBy(broken::get).hasMessage("closed");
        assertThatThrownBy(broken::get).as("nobody waits for ever").hasMessage("closed");
    }
}
