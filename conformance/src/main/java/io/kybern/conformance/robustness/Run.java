package io.kybern.conformance.robustness;

import io.kybern.conformance.process.KybernProcess.Launch;
import io.kybern.conformance.robustness.Faults.FakeClock;
import io.kybern.conformance.robustness.Plan.Store;
import io.kybern.conformance.robustness.check.Checker;
import io.kybern.conformance.robustness.history.Answer;
import io.kybern.conformance.robustness.history.History;
import io.kybern.conformance.robustness.history.Operation;
import io.kybern.conformance.robustness.history.Request;
import io.kybern.conformance.robustness.history.Request.Freshness;
import io.kybern.conformance.robustness.history.Scope;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/** Carries out a plan with servers of its own and judges what came of it. */
final class Run {
    /** So long after all faults are over a watch may take to show the last write, and a write to succeed. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final List<Scope> SCOPES = List.of(new Scope(Objects.CONFIG_MAPS), new Scope(Objects.SECRETS));

    private final Plan plan;
    private final Path directory;
    private final Random random;
    private final Recording record = new Recording();
    private final List<Thread> threads = new ArrayList<>();
    private final List<WatchClient> watches = new ArrayList<>();
    private final List<String> keys;

    private Run(Plan plan, Path directory) {
        this.plan = plan;
        this.directory = directory;
        this.random = new Random(plan.seed() + 1);
        this.keys = IntStream.range(0, plan.keys()).mapToObj(Objects::key).toList();
    }

    /**
     * What came of a run.
     *
     * @param violations what no server may do; empty: none was found
     * @param stalls requests that had no answer for long
     */
    record Result(Plan plan, History history, List<Fault> faults, List<String> violations, List<String> stalls) {
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
        return plan.store() == Store.ETCD ? runMembers() : runServer();
    }

    private Result runServer() throws InterruptedException {
        FakeClock clock = new FakeClock(directory);
        boolean needsDisk = plan.faults().contains(Fault.FULL) || plan.faults().contains(Fault.FREEZE);
        Optional<SmallDisk> disk = needsDisk ? SmallDisk.mount(directory) : Optional.empty();
        Launch launch = new Launch(
                directory,
                disk.map(SmallDisk::root).orElse(directory),
                plan.faults().contains(Fault.CLOCK) ? clock.prefix() : List.of(),
                plan.history());
        try (OneServer server = new OneServer(launch)) {
            return run(server, new ServerFaults(server, disk, clock, record, random));
        } finally {
            disk.ifPresent(SmallDisk::close);
        }
    }

    private Result runMembers() throws InterruptedException {
        try (Network network = Network.of(Members.ETCD + plan.servers())
                        .orElseThrow(() -> new IllegalStateException("there are no network namespaces"));
                Members members = new Members(network, directory, plan.servers(), plan.history())) {
            return run(members, new MemberFaults(members, record, random));
        }
    }

    private Result run(Subject subject, Faults.Inflictor inflictor) throws InterruptedException {
        Faults faults = new Faults(plan, inflictor, random);
        try (Stalls stalls = Stalls.watch(subject, directory)) {
            try {
                befall(subject, faults, stalls);
            } catch (RuntimeException e) {
                record.problem("the run failed: " + e);
            } finally {
                watches.forEach(WatchClient::close);
                threads.forEach(Thread::interrupt);
                for (Thread thread : threads) {
                    thread.join();
                }
            }
            return result(faults.happened(), stalls.lines());
        }
    }

    private void befall(Subject subject, Faults faults, Stalls stalls) throws InterruptedException {
        try (ApiClient mine = stalls.of(new ApiClient(0, subject, record, plan))) {
            listAll(mine);
            long begin = record.newest();
            for (Scope scope : SCOPES) {
                for (String name : List.of("steady-1 ", "steady-2 ")) {
                    watches.add(WatchClient.steady(name + scope.path(), scope, begin, subject, record, plan));
                }
            }
            watches.add(WatchClient.steady("one", new Scope(keys.getFirst()), begin, subject, record, plan));
            for (int i = 1; i <= plan.wanderers(); i++) {
                Scope scope = SCOPES.get(i % SCOPES.size());
                watches.add(WatchClient.wanderer("wanderer-" + i, scope, begin, subject, record, plan));
            }
            watches.forEach(watch -> start(watch.name(), watch));
            long end = System.nanoTime() + plan.length().toNanos();
            List<Thread> clients = new ArrayList<>();
            for (int i = 1; i <= plan.clients(); i++) {
                ApiClient api = stalls.of(new ApiClient(i, subject, record, plan));
                clients.add(start(
                        "client-" + i, new RandomClient(api, record, keys, end, new Random(plan.seed() + 100 + i))));
            }
            faults.inflictUntil(end);
            for (Thread client : clients) {
                client.join();
            }
            finish(mine, stalls);
        }
    }

    private static void listAll(ApiClient client) {
        SCOPES.forEach(scope -> client.ask(new Request.List(scope, Freshness.NEWEST, 0, 0), ""));
    }

    private Thread start(String name, Runnable work) {
        Thread thread = Thread.ofVirtual().name(name).start(work);
        threads.add(thread);
        return thread;
    }

    /** Writes each object a last time, which all steady watches have to show, and lists them. */
    private void finish(ApiClient mine, Stalls stalls) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        long[] last = new long[keys.size()];
        for (int i = 0; i < last.length; i++) {
            last[i] = writeLast(mine, keys.get(i), deadline, stalls);
        }
        listAll(mine);
        for (WatchClient watch : watches) {
            long wanted = IntStream.range(0, last.length)
                    .filter(i -> watch.scope().holds(keys.get(i)))
                    .mapToLong(i -> last[i])
                    .max()
                    .orElse(0);
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
    private long writeLast(ApiClient mine, String key, long deadline, Stalls stalls) {
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
        stalls.dumpThreads();
        return 0;
    }

    private Result result(List<Fault> faults, List<String> stalls) {
        History history = record.history();
        List<String> violations = new ArrayList<>(record.problems());
        violations.addAll(Checker.check(history));
        return new Result(plan, history, faults, List.copyOf(violations), stalls);
    }
}
