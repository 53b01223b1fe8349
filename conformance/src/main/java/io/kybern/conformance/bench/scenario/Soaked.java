package io.kybern.conformance.bench.scenario;

import io.kybern.conformance.bench.figure.Figure;
import io.kybern.conformance.bench.figure.Figures;
import io.kybern.conformance.bench.load.Latencies;
import io.kybern.conformance.bench.load.LoadException;
import io.kybern.conformance.bench.load.Outcome;
import io.kybern.conformance.process.HttpConnection;
import io.kybern.conformance.process.ServerProcess;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server that is killed now and then, and clients that go on when it is back. What it has acknowledged is looked for in the end. */
final class Soaked implements Scenario.Entrant {
    private static final Duration BETWEEN_KILLS = Duration.ofSeconds(15);
    private static final long BETWEEN_TRIES = TimeUnit.MILLISECONDS.toNanos(20);
    private static final Pattern NAME = Pattern.compile("\"name\":\"soaked-([0-9]+)\"");
    private static final Pattern NEXT = Pattern.compile("\"continue\":\"([^\"]+)\"");
    private static final int PAGE = 2_000;
    private static final int CREATED = 201;

    private final Contestant contestant;
    private final Scenario.Setting setting;
    private final AtomicInteger numbers = new AtomicInteger();
    private final BitSet acknowledged = new BitSet();
    /** Of {@link System#nanoTime}; 0: nobody waits for a first answer after a kill. */
    private final AtomicLong killed = new AtomicLong();

    private volatile ServerProcess server;
    private volatile long longestAway;

    private Soaked(Contestant contestant, Scenario.Setting setting, ServerProcess server) {
        this.contestant = contestant;
        this.setting = setting;
        this.server = server;
    }

    static Soaked start(Contestant contestant, Scenario.Setting setting) throws IOException {
        ServerProcess server = contestant.start(setting.directory());
        try {
            setting.data().empty().make(server);
            return new Soaked(contestant, setting, server);
        } catch (IOException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    /** Not before the kills: each server begins cold. */
    @Override
    public void warmUp(Duration duration) {}

    @Override
    public Figures turn(Duration duration) throws IOException {
        longestAway = 0;
        long begin = System.nanoTime();
        long end = begin + duration.toNanos();
        Duration cpu = ProcessCost.of(server).cpu().negated();
        List<Latencies> latencies = new ArrayList<>();
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < setting.clients(); i++) {
            Latencies own = new Latencies();
            latencies.add(own);
            clients.add(Thread.ofVirtual().start(() -> create(end, own)));
        }
        for (long next = begin + BETWEEN_KILLS.toNanos(); next < end; next += BETWEEN_KILLS.toNanos()) {
            while (System.nanoTime() < next) {
                LockSupport.parkNanos(next - System.nanoTime());
            }
            cpu = cpu.plus(ProcessCost.of(server).cpu());
            killed.set(System.nanoTime());
            server.kill();
            server = contestant.start(setting.directory());
        }
        join(clients);
        Latencies all = Latencies.of(latencies);
        Outcome outcome = new Outcome(all.count(), Duration.ofNanos(System.nanoTime() - begin), all);
        ProcessCost last = ProcessCost.of(server);
        double micros = cpu.plus(last.cpu()).toNanos() / 1e3;
        return outcome.figures()
                .with(Figure.CPU, micros / Math.max(1, outcome.operations()))
                .with(Figure.CPU_TOTAL, micros / 1e6)
                .with(Figure.MEMORY, last.residentMebibytes())
                .with(Figure.AWAY, longestAway / 1e9)
                .with(Figure.LOST, lost());
    }

    private static void join(List<Thread> clients) {
        try {
            for (Thread client : clients) {
                client.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LoadException("interrupted", e);
        }
    }

    /** What was not answered may have happened or not: nobody asks for it again. */
    private void create(long end, Latencies latencies) {
        while (System.nanoTime() < end) {
            try (HttpConnection connection = server.connect()) {
                for (long begin = System.nanoTime(); begin < end; begin = System.nanoTime()) {
                    int number = numbers.getAndIncrement();
                    int status = connection.exchange(setting.data().configMap("soaked-" + number));
                    if (status == CREATED) {
                        acknowledge(number);
                        latencies.add(System.nanoTime() - begin);
                    }
                }
            } catch (IOException e) {
                LockSupport.parkNanos(BETWEEN_TRIES); // it was killed, and isn't back
            }
        }
    }

    private void acknowledge(int number) {
        long since = killed.get();
        if (since != 0 && killed.compareAndSet(since, 0)) {
            longestAway = Math.max(longestAway, System.nanoTime() - since);
        }
        synchronized (acknowledged) {
            acknowledged.set(number);
        }
    }

    private int lost() throws IOException {
        BitSet missing;
        synchronized (acknowledged) {
            missing = (BitSet) acknowledged.clone();
        }
        String next = "";
        do {
            String page = page(next);
            Matcher names = NAME.matcher(page);
            while (names.find()) {
                missing.clear(Integer.parseInt(names.group(1)));
            }
            Matcher more = NEXT.matcher(page);
            next = more.find() ? more.group(1) : "";
        } while (!next.isEmpty());
        return missing.cardinality();
    }

    private String page(String next) throws IOException {
        ByteArrayOutputStream page = new ByteArrayOutputStream();
        try (HttpConnection connection = server.connect()) {
            String target =
                    setting.data().configMaps() + "?limit=" + PAGE + (next.isEmpty() ? "" : "&continue=" + next);
            int status = connection.exchange(HttpConnection.request("GET", target, ""), page::write);
            if (status != 200) {
                throw new LoadException("a list was answered " + status);
            }
        }
        return page.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        server.close();
    }
}
