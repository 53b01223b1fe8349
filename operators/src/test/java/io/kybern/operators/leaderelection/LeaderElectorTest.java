package io.kybern.operators.leaderelection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LeaderElectorTest {
    private static final LeaderElectionConfig CONFIG =
            new LeaderElectionConfig(Duration.ofSeconds(2), Duration.ofMillis(1_200), Duration.ofMillis(100));

    private final MemoryLease lease = new MemoryLease();
    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
    private final List<LeaderElector> electors = new ArrayList<>();

    @AfterEach
    void stop() {
        electors.forEach(LeaderElector::close);
    }

    /** Tells what its terms are told. */
    private final class Recorded implements Leadership {
        private final String who;
        private final CountDownLatch starts;
        private boolean tried;

        Recorded(String who, CountDownLatch starts) {
            this.who = who;
            this.starts = starts;
        }

        @Override
        public void prepare() throws InterruptedException {
            told.add(who + " prepares");
            if (who.equals("unable") && !tried) {
                tried = true;
                throw new IllegalStateException("not now");
            }
        }

        @Override
        public void begin() throws InterruptedException {
            told.add(who + " begins");
            starts.await();
            told.add(who + " leads");
        }

        @Override
        public void fence() {
            told.add(who + " is fenced");
        }

        @Override
        public void end() {
            told.add(who + " ends");
        }
    }

    private LeaderElector candidate(String who, MemoryLease.View view, InstantSource clock, CountDownLatch starts) {
        return candidate(who, view, CONFIG, clock, starts);
    }

    private LeaderElector candidate(String who, MemoryLease.View view, LeaderElectionConfig config) {
        return candidate(who, view, config, InstantSource.system(), new CountDownLatch(0));
    }

    private LeaderElector candidate(
            String who,
            MemoryLease.View view,
            LeaderElectionConfig config,
            InstantSource clock,
            CountDownLatch starts) {
        LeaderElector elector = new LeaderElector(
                view,
                new Candidate(view, who, config.leaseDuration(), clock, System::nanoTime),
                who,
                config,
                () -> new Recorded(who, starts),
                note -> told.add(note.message()));
        electors.add(elector);
        elector.begin();
        return elector;
    }

    private LeaderElector candidate(String who, MemoryLease.View view) {
        return candidate(who, view, InstantSource.system(), new CountDownLatch(0));
    }

    private void expect(String... what) throws InterruptedException {
        for (String next : what) {
            assertThat(told.poll(20, TimeUnit.SECONDS)).isEqualTo(next);
        }
    }

    @Test
    void whoLeavesLetsAnotherOneLead() throws Exception {
        LeaderElector one = candidate("one", lease.view());
        expect("one became leader", "one prepares", "one begins", "one leads");
        LeaderElector two = candidate("two", lease.view());
        assertThat(two.awaitLeader(Duration.ofSeconds(20))).isEqualTo("one");
        long before = System.nanoTime();
        one.close();
        expect("one ends", "one stopped leading", "two became leader", "two prepares", "two begins", "two leads");
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(CONFIG.leaseDuration());
        assertThat(lease.spec().orElseThrow())
                .satisfies(spec -> assertThat(spec.getHolderIdentity()).isEqualTo("two"))
                .satisfies(spec -> assertThat(spec.getLeaseTransitions()).isEqualTo(1))
                .satisfies(spec -> assertThat(spec.getLeaseDurationSeconds()).isEqualTo(2));
        two.close();
        expect("two ends", "two stopped leading");
        assertThat(lease.spec().orElseThrow().getHolderIdentity()).isEmpty();
    }

    @Test
    void whoIsCutOffIsFencedBeforeAnotherOneLeadsAndMayLeadAgain() throws Exception {
        MemoryLease.View view = lease.view();
        candidate("one", view);
        expect("one became leader", "one prepares", "one begins", "one leads");
        LeaderElector two = candidate("two", lease.view());
        two.awaitLeader(Duration.ofSeconds(20));
        view.cutOff(); // attempts hang: nothing may wait for them
        expect("two prepares", "one is fenced", "one ends", "one stopped leading");
        expect("two became leader", "two begins", "two leads");
        view.mend();
        two.close();
        expect("two ends", "two stopped leading", "one became leader", "one prepares", "one begins", "one leads");
    }

    @Test
    void whoIsPreparedEndsThatWhenTheLeaderShowsThatItLives() throws Exception {
        MemoryLease.View view = lease.view();
        candidate("one", view);
        expect("one became leader", "one prepares", "one begins", "one leads");
        candidate("two", lease.view());
        view.cutOff();
        expect("two prepares");
        view.mend();
        expect("two ends");
        assertThat(lease.spec().orElseThrow().getHolderIdentity()).isEqualTo("one");
    }

    @Test
    void whoCouldNotPrepareDoesSoWhenItBegins() throws Exception {
        candidate("unable", lease.view());
        expect("unable became leader", "unable prepares", "unable prepares", "unable begins", "unable leads");
    }

    @Test
    void anotherOneLeadsAsSoonAsItIsOver() throws Exception {
        LeaderElectionConfig slow = LeaderElectionConfig.DEFAULT;
        LeaderElector one = candidate("one", lease.view(), slow);
        expect("one became leader", "one prepares", "one begins", "one leads");
        candidate("two", lease.view(), slow).awaitLeader(Duration.ofSeconds(20));
        long before = System.nanoTime();
        one.close();
        expect("one ends", "one stopped leading", "two became leader");
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(slow.retryPeriod());
    }

    @Test
    void aLeaderWhoseAnswerIsLostOnceGoesOn() throws Exception {
        MemoryLease.View view = lease.view();
        candidate("one", view);
        expect("one became leader", "one prepares", "one begins", "one leads");
        for (int i = 0; i < 3; i++) {
            view.loseNext();
            view.awaitAnswerAfterLoss();
        }
        assertThat(told).as("what happens when an attempt gets no answer").isEmpty();
    }

    @Test
    void clocksOfOthersDoNotMatter() throws Exception {
        candidate("one", lease.view());
        expect("one became leader", "one prepares", "one begins", "one leads");
        InstantSource ahead = InstantSource.offset(InstantSource.system(), Duration.ofHours(1));
        LeaderElector two = candidate("two", lease.view(), ahead, new CountDownLatch(0));
        assertThat(two.awaitLeader(Duration.ofSeconds(20))).isEqualTo("one");
        two.close();
        assertThat(told).isEmpty();
    }

    @Test
    void aStartMayTakeLongerThanTheLease() throws Exception {
        CountDownLatch starts = new CountDownLatch(1);
        LeaderElector one = candidate("one", lease.view(), InstantSource.system(), starts);
        expect("one became leader", "one prepares", "one begins");
        candidate("two", lease.view()).awaitLeader(Duration.ofSeconds(20));
        assertThat(told.poll(CONFIG.leaseDuration().toMillis() * 2, TimeUnit.MILLISECONDS))
                .as("what happens while one starts")
                .isNull();
        one.close();
        expect("one ends", "one stopped leading", "two became leader", "two prepares", "two begins", "two leads");
    }

    @Test
    void whatLetsTwoLeadIsRefused() {
        Duration second = Duration.ofSeconds(1);
        assertThatThrownBy(() -> new LeaderElectionConfig(second, second, second.dividedBy(10)))
                .hasMessage("leaseDuration must be greater than renewDeadline");
        assertThatThrownBy(() -> new LeaderElectionConfig(second.multipliedBy(2), second, second))
                .hasMessage("renewDeadline must be greater than retryPeriod*1.2");
    }
}
