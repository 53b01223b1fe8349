package io.kybern.conformance.robustness;

import io.kybern.conformance.process.ServerStartException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** Lets faults befall a server, one after the other, until a moment; afterwards all is well again. */
final class Faults {
    private static final int SHORTEST_PEACE_MILLIS = 100;
    private static final int LONGEST_PEACE_MILLIS = 1_200;
    private static final int LARGEST_STEP_SECONDS = 120;
    /** So small that a store can't go on writing for long. */
    private static final int FILE_BYTES = 4_096;

    private final Plan plan;
    private final Subject subject;
    private final Optional<SmallDisk> disk;
    private final FakeClock clock;
    private final Recording record;
    private final Random random;
    private final List<Fault> happened = new ArrayList<>();

    Faults(Plan plan, Subject subject, Optional<SmallDisk> disk, FakeClock clock, Recording record) {
        this.plan = plan;
        this.subject = subject;
        this.disk = disk;
        this.clock = clock;
        this.record = record;
        this.random = new Random(plan.seed() + 1);
    }

    /** In order. */
    List<Fault> happened() {
        return List.copyOf(happened);
    }

    void inflictUntil(long endNanos) throws InterruptedException {
        List<Fault> possible = List.copyOf(plan.faults());
        while (true) {
            rest(SHORTEST_PEACE_MILLIS, LONGEST_PEACE_MILLIS);
            if (System.nanoTime() >= endNanos) {
                return;
            }
            Fault fault = possible.get(random.nextInt(possible.size()));
            happened.add(fault);
            inflict(fault);
        }
    }

    private void inflict(Fault fault) throws InterruptedException {
        switch (fault) {
            case KILL -> killAndStart();
            case PAUSE -> {
                Shell.require("kill", "-STOP", pid());
                try {
                    rest(20, 800);
                } finally {
                    Shell.require("kill", "-CONT", pid());
                }
            }
            case FULL -> {
                SmallDisk small = disk.orElseThrow();
                small.fill();
                try {
                    rest(100, 1_500);
                    if (random.nextInt(5) == 0) {
                        subject.kill(); // dies full, and starts when there is room again
                    }
                } finally {
                    small.empty();
                }
                if (subject.port().isEmpty()) {
                    start();
                }
            }
            case FREEZE -> {
                SmallDisk small = disk.orElseThrow();
                small.freeze();
                try {
                    rest(20, 800);
                } finally {
                    small.thaw();
                }
            }
            case ERRORS -> {
                limit(FILE_BYTES + ":unlimited");
                try {
                    rest(50, 1_000);
                } finally {
                    limit("unlimited:unlimited");
                }
            }
            case CLOCK -> clock.step(random.nextInt(-LARGEST_STEP_SECONDS, LARGEST_STEP_SECONDS));
        }
    }

    private String pid() {
        return String.valueOf(subject.pid());
    }

    private void limit(String bytes) {
        Shell.require("prlimit", "--pid", pid(), "--fsize=" + bytes);
    }

    private void killAndStart() throws InterruptedException {
        subject.kill();
        rest(1, 200);
        start();
    }

    private void start() {
        try {
            subject.start();
        } catch (ServerStartException e) {
            record.problem("the server does not start again: " + e.getMessage());
            throw e;
        }
    }

    private void rest(int shortest, int longest) throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(random.nextInt(shortest, longest));
    }

    /** The time of the server's process, by libfaketime: the machine's clock is everybody's. */
    static final class FakeClock {
        private static final List<Path> LIBRARIES = List.of(
                Path.of("/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1"),
                Path.of("/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1"),
                Path.of("/usr/lib64/faketime/libfaketime.so.1"),
                Path.of("/usr/lib/faketime/libfaketime.so.1"));

        private final Path file;
        private int seconds;

        FakeClock(Path directory) {
            this.file = directory.resolve("clock");
        }

        static Optional<Path> library() {
            return LIBRARIES.stream().filter(Files::isReadable).findFirst();
        }

        /** What a command begins with whose clock is to be ours. */
        List<String> prefix() {
            write();
            return List.of(
                    "env",
                    "LD_PRELOAD=" + library().orElseThrow(),
                    "FAKETIME_TIMESTAMP_FILE=" + file,
                    "FAKETIME_CACHE_DURATION=1",
                    "FAKETIME_DONT_FAKE_MONOTONIC=1");
        }

        void step(int by) {
            seconds += by;
            write();
        }

        private void write() {
            try {
                Path next = Files.writeString(file.resolveSibling("clock.next"), "%+d\n".formatted(seconds));
                Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
