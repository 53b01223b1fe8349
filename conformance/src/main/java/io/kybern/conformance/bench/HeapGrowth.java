package io.kybern.conformance.bench;

import io.kybern.conformance.bench.load.ClosedLoop;
import io.kybern.conformance.bench.load.Installation;
import io.kybern.conformance.bench.load.LoadException;
import io.kybern.conformance.bench.scenario.BenchData;
import io.kybern.conformance.bench.scenario.CrdData;
import io.kybern.conformance.process.HttpConnection;
import io.kybern.conformance.process.KybernProcess;
import io.kybern.conformance.process.ServerProcess;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What Kybern's heap grows by for each byte of JSON that it caches: live objects before and after many were created and read, as the
 * JVM's histogram counts them. The original's heap can't be told from outside; its memory is in the lines of the other scenarios.
 */
final class HeapGrowth {
    static final String WORD = "heap";
    private static final int OBJECTS = 20_000;
    private static final double GOAL = 1.5;
    private static final int KINDS = 500;
    /** As many as have a group of their own, so that the others come into groups that are there. */
    private static final int KINDS_BEFORE = 20;

    private static final double GOAL_OF_KINDS = 0.3;
    private static final int CLIENTS = 8;
    /** What collections leave in place of dead objects. */
    private static final Pattern FILLER =
            Pattern.compile("\\d+:\\s+\\d+\\s+(\\d+)\\s+\\S*jdk\\.internal\\.vm\\.Filler\\S+");

    private static final Pattern TOTAL = Pattern.compile("Total\\s+\\d+\\s+(\\d+)");

    private final PrintStream out;

    HeapGrowth(PrintStream out) {
        this.out = out;
    }

    void run() {
        TemporaryDirectory.with(directory -> {
            BenchData data = new BenchData("bench");
            measure(directory.resolve("pods"), "pods of 2 KiB", data, data.pods(), data::pod);
            measure(
                    directory.resolve("configmaps"),
                    "ConfigMaps of 1 KiB",
                    data,
                    data.configMaps(),
                    i -> data.configMap("cached-" + i));
            measureKinds(directory.resolve("kinds"));
        });
    }

    /** Kinds that are defined, discovered and published, but of which there is no object. */
    private void measureKinds(Path directory) {
        List<Installation.Kind> kinds = CrdData.kinds(KINDS + KINDS_BEFORE);
        long json = kinds.stream()
                .skip(KINDS_BEFORE)
                .mapToLong(kind -> kind.create().length())
                .sum();
        try (ServerProcess server = KybernProcess.start(directory)) {
            new Installation(server, CLIENTS, kinds.subList(0, KINDS_BEFORE)).run(Duration.ZERO); // classes, caches
            long before = live(server);
            new Installation(server, CLIENTS, kinds.subList(KINDS_BEFORE, kinds.size())).run(Duration.ZERO);
            long growth = live(server) - before;
            out.printf(
                    Locale.ROOT,
                    "%,d custom kinds, %.1f MiB of JSON: the heap grows by %.1f MiB, %.2f MiB each (goal: at most %.1f)%n",
                    KINDS,
                    mebibytes(json),
                    mebibytes(growth),
                    mebibytes(growth) / KINDS,
                    GOAL_OF_KINDS);
        } catch (IOException e) {
            throw new LoadException("the server does not answer: " + e.getMessage(), e);
        }
    }

    private void measure(Path directory, String what, BenchData data, String collection, IntFunction<byte[]> create) {
        try (ServerProcess server = KybernProcess.start(directory)) {
            data.with(1, create).make(server); // classes, caches
            size(server, collection);
            long before = live(server);
            ClosedLoop.each(server, OBJECTS, i -> create.apply(i + 1), 201);
            long cached = size(server, collection);
            long growth = live(server) - before;
            out.printf(
                    Locale.ROOT,
                    "%,d %s, %.1f MiB of JSON: the heap grows by %.1f MiB, %.2f times as much (goal: at most %.1f)%n",
                    OBJECTS,
                    what,
                    mebibytes(cached),
                    mebibytes(growth),
                    (double) growth / cached,
                    GOAL);
        } catch (IOException e) {
            throw new LoadException("the server does not answer: " + e.getMessage(), e);
        }
    }

    private static double mebibytes(long bytes) {
        return bytes / (double) (1 << 20);
    }

    private static long size(ServerProcess server, String collection) throws IOException {
        AtomicLong bytes = new AtomicLong();
        try (HttpConnection connection = server.connect()) {
            int status = connection.exchange(
                    HttpConnection.request("GET", collection, ""), (array, offset, length) -> bytes.addAndGet(length));
            if (status != 200) {
                throw new LoadException("a list was answered " + status);
            }
        }
        return bytes.get();
    }

    /** The bytes of all live objects, after a full collection. */
    private static long live(ServerProcess server) throws IOException {
        long bytes = 0;
        for (ProcessHandle process : server.processes()) {
            Process histogram = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "jcmd")
                                    .toString(),
                            Long.toString(process.pid()),
                            "GC.class_histogram")
                    .redirectErrorStream(true)
                    .start();
            String text = new String(histogram.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            Matcher total = TOTAL.matcher(text);
            if (!total.find()) {
                throw new LoadException(
                        "jcmd counts no objects: " + text.lines().findFirst().orElse(""));
            }
            long fillers = FILLER.matcher(text)
                    .results()
                    .mapToLong(filler -> Long.parseLong(filler.group(1)))
                    .sum();
            bytes += Long.parseLong(total.group(1)) - fillers;
        }
        return bytes;
    }
}
