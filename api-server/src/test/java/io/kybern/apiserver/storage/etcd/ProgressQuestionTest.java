package io.kybern.apiserver.storage.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import io.etcd.jetcd.Watch.Watcher;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProgressQuestionTest {
    private static final URI ONE = URI.create("etcd://one:2379");
    private static final URI TWO = URI.create("etcd://two:2379");
    private static final String PREFIX = "/registry/";
    private static final long LONG = TimeUnit.SECONDS.toNanos(1);
    private static final String MARK = "/registry/kybern/progress";

    private final Map<URI, CompletableFuture<String>> versions = new HashMap<>();
    private final List<String> sent = new ArrayList<>();
    private final List<CompletableFuture<Void>> puts = new ArrayList<>();
    private final Watcher watcher = new Watcher() {
        @Override
        public boolean isClosed() {
            return false;
        }

        @Override
        public void close() {
            sent.add("close");
        }

        @Override
        public void requestProgress() {
            sent.add("request");
        }
    };
    private final ProgressQuestion question =
            new ProgressQuestion(PREFIX, List.of(ONE, TWO), new ProgressQuestion.Members() {
                @Override
                public CompletableFuture<String> version(URI member) {
                    return versions.computeIfAbsent(member, asked -> new CompletableFuture<>());
                }

                @Override
                public CompletableFuture<Void> put(String key) {
                    sent.add(key);
                    CompletableFuture<Void> put = new CompletableFuture<>();
                    puts.add(put);
                    return put;
                }
            });

    @ParameterizedTest
    @ValueSource(strings = {"3.4.31", "3.4.37", "3.5.13", "3.5.35", "3.6.0", "3.6.0-rc.1", "3.6.16", "3.10.0", "4.0.0"})
    void newerMembersAnswerInOrder(String version) {
        assertThat(ProgressQuestion.ordersProgress(version)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"3.3.27", "3.4.0", "3.4.23", "3.4.30", "3.5.0", "3.5.12", "2.3.8", "", "3.5", "main"})
    void olderAndUnknownMembersDoNot(String version) {
        assertThat(ProgressQuestion.ordersProgress(version)).isFalse();
    }

    @Test
    void theWatchIsAskedWhenAllMembersCanBeTrusted() {
        question.ask(watcher, PREFIX, LONG);
        assertThat(sent).as("sent before versions are known").isEmpty();
        tell(ONE, "3.6.16");
        question.ask(watcher, PREFIX, LONG);
        assertThat(sent).as("sent while one version is not known").isEmpty();
        tell(TWO, "3.5.13");
        question.ask(watcher, PREFIX, LONG);
        assertThat(sent).containsExactly("request");
        assertThat(question.allTrusted()).isTrue();
    }

    @Test
    void elseAKeyIsWrittenOneAtATime() {
        question.ask(watcher, PREFIX, LONG);
        tell(ONE, "3.6.16");
        tell(TWO, "3.5.12");
        question.ask(watcher, PREFIX, 0);
        assertThat(sent)
                .as("before a change that comes by itself can have come")
                .isEmpty();
        question.ask(watcher, PREFIX, LONG);
        question.ask(watcher, PREFIX, LONG);
        assertThat(sent).as("while the first write is under way").containsExactly(MARK);
        puts.getFirst().complete(null);
        question.ask(watcher, PREFIX, LONG);
        assertThat(sent).containsExactly(MARK, MARK);
        puts.get(1).completeExceptionally(new IllegalStateException("no leader"));
        question.ask(watcher, PREFIX, LONG);
        assertThat(sent).containsExactly(MARK, MARK, MARK);
        assertThat(question.allTrusted()).isFalse();
    }

    @Test
    void aMemberWithoutAnswerIsNotTrusted() {
        question.ask(watcher, PREFIX, LONG);
        tell(ONE, "3.6.16");
        versions.get(TWO).completeExceptionally(new IllegalStateException("it is down"));
        question.ask(watcher, PREFIX, LONG);
        assertThat(sent).containsExactly(MARK);
    }

    @Test
    void aWatchOfOneKindNeverGetsAMark() {
        question.ask(watcher, "/registry/pods/", LONG);
        tell(ONE, "3.4.23");
        tell(TWO, "3.4.23");
        question.ask(watcher, "/registry/pods/", LONG);
        assertThat(sent).isEmpty();
    }

    @Test
    void versionsAreAskedForAnewAfterAConnectionHasEnded() {
        question.ask(watcher, PREFIX, LONG);
        tell(ONE, "3.6.16");
        tell(TWO, "3.6.16");
        question.forget();
        versions.clear();
        assertThat(question.allTrusted()).isFalse();
        question.ask(watcher, PREFIX, LONG);
        assertThat(sent).isEmpty();
        tell(ONE, "3.5.0");
        tell(TWO, "3.6.16");
        question.ask(watcher, PREFIX, LONG);
        assertThat(sent).containsExactly(MARK);
    }

    @Test
    void whatWasAskedBeforeThatCountsNoMore() {
        question.ask(watcher, PREFIX, LONG);
        question.forget();
        tell(ONE, "3.6.16");
        tell(TWO, "3.6.16");
        assertThat(question.allTrusted()).isFalse();
        question.ask(watcher, PREFIX, LONG); // both have told it by now
        assertThat(question.allTrusted()).isTrue();
        assertThat(sent).isEmpty();
    }

    private void tell(URI member, String version) {
        versions.get(member).complete(version);
    }
}
