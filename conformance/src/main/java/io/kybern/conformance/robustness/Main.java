package io.kybern.conformance.robustness;

import io.kybern.conformance.process.ServerStartException;
import io.kybern.conformance.robustness.Plan.Store;
import io.kybern.conformance.robustness.Run.Result;
import io.kybern.conformance.robustness.history.Operation;
import io.kybern.conformance.robustness.history.WatchSession;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** {@code kybern robustness}: exits with 0 if no run violates anything, 1 if one does, 2 for a wrong call. */
public final class Main {
    private static final String USAGE = """
            Usage: kybern robustness [FLAGS]

              --runs N        how many runs, each with a server of its own (default 10)
              --seed N        of the first one, the next have the numbers after it (default: a new one)
              --seconds N     for which clients work in a run (default 5)
              --store STORE   embedded, or etcd: two or three servers on an etcd of three members (default embedded)
              --faults A,B    of kill, pause, full, freeze, errors, clock; with etcd of kill, pause, member-kill,
                              member-pause, member-cut, server-cut (default: all that this machine allows)
              --keep FOLDER   where the history of a run that violates something is written to, or that had a request
                              without an answer for long

            A run is random clients against a server to which faults happen, and a proof that all that they were told fits together.""";

    private int runs = 10;
    private long seed = System.currentTimeMillis() % 1_000_000;
    private int seconds = 5;
    private Store store = Store.EMBEDDED;
    private Set<Fault> wanted = EnumSet.allOf(Fault.class);
    private Optional<Path> keep = Optional.empty();

    private Main() {}

    public static void main(String[] arguments) throws InterruptedException {
        System.exit(run(List.of(arguments)));
    }

    private static int run(List<String> arguments) throws InterruptedException {
        if (arguments.contains("--help") || arguments.contains("-h")) {
            System.out.println(USAGE);
            return 0;
        }
        try {
            Main main = new Main();
            main.read(arguments.iterator());
            return main.runAll();
        } catch (IllegalArgumentException e) {
            System.err.println("kybern robustness: " + e.getMessage());
            return 2;
        }
    }

    private void read(Iterator<String> words) {
        while (words.hasNext()) {
            String flag = words.next();
            if (!words.hasNext()) {
                throw new IllegalArgumentException(flag + " needs a value (--help lists all flags)");
            }
            String value = words.next();
            switch (flag) {
                case "--runs" -> runs = Integer.parseInt(value);
                case "--seed" -> seed = Long.parseLong(value);
                case "--seconds" -> seconds = Integer.parseInt(value);
                case "--keep" -> keep = Optional.of(Path.of(value));
                case "--store" -> store = Store.valueOf(value.toUpperCase(Locale.ROOT));
                case "--faults" ->
                    wanted = Stream.of(value.split(","))
                            .map(Fault::of)
                            .collect(Collectors.toCollection(() -> EnumSet.noneOf(Fault.class)));
                default -> throw new IllegalArgumentException("unknown flag " + flag + " (--help lists them)");
            }
        }
    }

    private int runAll() throws InterruptedException {
        Set<Fault> possible = possible();
        int bad = 0;
        long operations = 0;
        for (long number = seed; number < seed + runs; number++) {
            Plan plan = Plan.of(number, store, Duration.ofSeconds(seconds), possible);
            try (WorkDirectory directory = WorkDirectory.create()) {
                Result result = Run.run(plan, directory.path());
                report(result);
                operations += result.operations();
                if (!result.violations().isEmpty()) {
                    bad++;
                }
                if (!result.violations().isEmpty() || !result.stalls().isEmpty()) {
                    keep.ifPresent(folder -> keep(result, directory.path(), folder));
                }
            } catch (ServerStartException e) {
                bad++;
                System.out.printf("seed %d: NO START; %s%n", number, e.getMessage());
            }
        }
        System.out.printf("%d runs, %d operations, %d runs with violations%n", runs, operations, bad);
        return bad == 0 ? 0 : 1;
    }

    private Set<Fault> possible() {
        try (WorkDirectory directory = WorkDirectory.create()) {
            Machine machine = Machine.probe(directory.path());
            Set<Fault> possible = EnumSet.noneOf(Fault.class);
            for (Fault fault : wanted) {
                if (!fault.befalls(store)) {
                    continue;
                }
                String why = machine.impossible().get(fault);
                if (why == null) {
                    possible.add(fault);
                } else {
                    System.out.println("skipped: " + fault.word() + ", " + why);
                }
            }
            if (possible.isEmpty()) {
                throw new IllegalArgumentException("none of these faults can be inflicted here");
            }
            return possible;
        }
    }

    private static void report(Result result) {
        System.out.printf(
                "seed %d: %s; %d operations (%d with unknown end), %d events; %s%n",
                result.plan().seed(),
                result.violations().isEmpty() ? "ok" : result.violations().size() + " VIOLATIONS",
                result.operations(),
                result.unknown(),
                result.events(),
                result.faults().stream().map(Fault::word).collect(Collectors.joining(" ")));
        result.violations().forEach(violation -> System.out.println("    " + violation));
        result.stalls().forEach(stall -> System.out.println("    STALL: " + stall));
        System.out.flush();
    }

    private static boolean says(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(".log") || name.startsWith(Stalls.THREADS);
    }

    /** Everything that was done and seen, in the order of time, and what the server has said. */
    private static void keep(Result result, Path directory, Path folder) {
        try {
            Files.createDirectories(folder);
            Path file = folder.resolve("seed-" + result.plan().seed() + ".txt");
            try (PrintWriter out = new PrintWriter(Files.newBufferedWriter(file))) {
                out.println(result.plan());
                result.violations().forEach(out::println);
                result.history().operations().stream()
                        .sorted(Comparator.comparingLong(Operation::invoked))
                        .forEach(out::println);
                for (WatchSession session : result.history().sessions()) {
                    out.printf("%s of '%s' from %d%n", session.watcher(), session.scope(), session.after());
                    session.seen().forEach(seen -> out.println("  " + seen));
                }
            }
            try (Stream<Path> files = Files.walk(directory, 2)) {
                for (Path said : files.filter(Main::says).toList()) {
                    String name = directory.relativize(said).toString().replace('/', '-');
                    Path copy = folder.resolve("seed-" + result.plan().seed() + "-" + name);
                    Files.copy(said, copy, StandardCopyOption.REPLACE_EXISTING);
                }
            }
            System.out.println("    its history: " + file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
