package io.kybern.conformance.robustness;

import io.kybern.conformance.process.KybernProcess.Launch;
import io.kybern.conformance.robustness.Faults.FakeClock;
import io.kybern.conformance.robustness.check.Checker;
import io.kybern.conformance.robustness.history.Answer;
import io.kybern.conformance.robustness.history.History;
import io.kybern.conformance.robustness.history.Operation;
import io.kybern.conformance.robustness.history.Request;
import io.kybern.conformance.robustness.history.Request.Freshness;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Carries out a plan with a server of its own and judges what came of it. */
final class Run {
    /** So long after all faults are over a watch may take to show the last write, and a write to succeed. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** The file of the run's directory with what the server's threads did when it did not go on. */
    static final String THREADS = "threads.txt";

    private final Plan plan;
    private final Path directory;
    private @Nullable Subject subject;
    private final Recording record = new Recording();
    private final List<Thread> threads = new ArrayList<>();
    private final List<WatchClient> watches = new ArrayList<>();
    private final List<String> keys;

    private Run(Plan plan, Path directory) {
        this.plan = plan;
        this.directory = directory;
        this.keys = IntStream.range(0, plan.keys()).mapToObj(i -> "object-" + i).toList();
    }

    /**
     * What came of a run.
     *
     * @param violations what no server may do; empty: none was found
     */
    record Result(Plan plan, History history, List<Fault> faults, List<String> violations) {
        long operations() {
            return history.operations().size();
        }

        long unknown() {
            return history.operations().stream()
                    .filter(operation -> operation.answer() instanceof Answer.Unknown)
                    .count();
        }

        long events() {
            return history.sessions().stream()
                    .mapToLong(session -> session.seen().size())
                    .sum();
        }
    }

    /**
     * Runs it.
     *
     * @param directory of the server, empty; whoever made it removes it
     */
    static Result run(Plan plan, Path directory) throws InterruptedException {
        return new Run(plan, directory).run();
    }

    private Result run() throws InterruptedException {
        FakeClock clock = new FakeClock(directory);
        boolean needsDisk = plan.faults().contains(Fault.FULL) || plan.faults().contains(Fault.FREEZE);
        Optional<SmallDisk> disk = needsDisk ? SmallDisk.mount(directory) : Optional.empty();
        Launch launch = new Launch(
                directory,
                disk.map(SmallDisk::root).orElse(directory),
                plan.faults().contains(Fault.CLOCK) ? clock.prefix() : List.of(),
                plan.history());
        try {
            try (Subject subject = new Subject(launch)) {
                this.subject = subject;
                Faults faults = new Faults(plan, subject, disk, clock, record);
                try {
                    befall(subject, faults);
                } catch (RuntimeException e) {
                    record.problem("the run failed: " + e);
                } finally {
                    watches.forEach(WatchClient::close);
                    threads.forEach(Thread::interrupt);
                    for (Thread thread : threads) {
                        thread.join();
                    }
                }
                return result(faults.happened());
            }
        } finally {
            disk.ifPresent(SmallDisk::close);
        }
    }

    private void befall(Subject subject, Faults faults) throws InterruptedException {
        try (ApiClient mine = new ApiClient(0, subject, record, plan.touchesDisk())) {
            mine.ask(new Request.List(Freshness.NEWEST, 0, 0), "");
            long begin = record.newest();
            Random random = new Random(plan.seed() + 2);
            watches.add(WatchClient.steady("steady-1", "", begin, subject, record, random));
            watches.add(WatchClient.steady("steady-2", "", begin, subject, record, random));
            watches.add(WatchClient.steady("one-object", keys.getFirst(), begin, subject, record, random));
            for (int i = 1; i <= plan.wanderers(); i++) {
                watches.add(WatchClient.wanderer(
                        "wanderer-" + i, begin, subject, record, new Random(plan.seed() + 10 + i)));
            }
            watches.forEach(watch -> start(watch.name(), watch));
            long end = System.nanoTime() + plan.length().toNanos();
            List<Thread> clients = new ArrayList<>();
            for (int i = 1; i <= plan.clients(); i++) {
                ApiClient api = new ApiClient(i, subject, record, plan.touchesDisk());
                clients.add(start(
                        "client-" + i, new RandomClient(api, record, keys, end, new Random(plan.seed() + 100 + i))));
            }
            faults.inflictUntil(end);
            for (Thread client : clients) {
                client.join();
            }
            finish(mine);
        }
    }

    private Thread start(String name, Runnable work) {
        Thread thread = Thread.ofVirtual().name(name).start(work);
        threads.add(thread);
        return thread;
    }

    /** Writes each object a last time, which all steady watches have to show, and lists them. */
    private void finish(ApiClient mine) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        long[] last = new long[keys.size()];
        for (int i = 0; i < last.length; i++) {
            last[i] = writeLast(mine, keys.get(i), deadline);
        }
        mine.ask(new Request.List(Freshness.NEWEST, 0, 0), "");
        for (WatchClient watch : watches) {
            long wanted = watch.name().equals("one-object") ? last[0] : last[last.length - 1];
            while (watch.isSteady() && watch.reached() < wanted) {
                if (System.nanoTime() > deadline) {
                    record.problem("%s has reached %d in %s, not %d"
                            .formatted(watch.name(), watch.reached(), PATIENCE, wanted));
                    break;
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
            }
        }
    }

    /** Returns the revision of the write, 0 if none succeeds. */
    private long writeLast(ApiClient mine, String key, long deadline) {
        while (System.nanoTime() < deadline) {
            Operation made = mine.ask(new Request.Create(key, record.newMark()), "");
            Operation written = made.answer() instanceof Answer.One
                    ? made
                    : mine.ask(new Request.Patch(key, record.newMark(), 0), "");
            if (written.answer() instanceof Answer.One one) {
                return one.version().revision();
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
        record.problem("after all faults are over, writes are still refused");
        dumpThreads();
        return 0;
    }

    /** So that somebody can see why it doesn't go on. */
    private void dumpThreads() {
        Subject asked = subject;
        if (asked != null && asked.port().isPresent()) {
            Shell.run(
                    Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                    String.valueOf(asked.pid()),
                    "Thread.dump_to_file",
                    "-overwrite",
                    directory.resolve(THREADS).toAbsolutePath().toString());
        }
    }

    private Result result(List<Fault> faults) {
        History history = record.history();
        List<String> violations = new ArrayList<>(record.problems());
        violations.addAll(Checker.check(history));
        return new Result(plan, history, faults, List.copyOf(violations));
    }
}
