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

/** Lets faults happen, one after the other, until a moment; afterwards all is well again. */
final class Faults {
    private static final int SHORTEST_PEACE_MILLIS = 100;
    private static final int LONGEST_PEACE_MILLIS = 1_200;

    private final List<Fault> possible;
    private final Inflictor inflictor;
    private final Random random;
    private final List<Fault> happened = new ArrayList<>();

    /** @param random also the one of the inflictor */
    Faults(Plan plan, Inflictor inflictor, Random random) {
        this.possible = List.copyOf(plan.faults());
        this.inflictor = inflictor;
        this.random = random;
    }

    /** Knows how to do it to those who suffer it. */
    interface Inflictor {
        /** Returns when it is over. */
        void inflict(Fault fault) throws InterruptedException;
    }

    /** In order. */
    List<Fault> happened() {
        return List.copyOf(happened);
    }

    void inflictUntil(long endNanos) throws InterruptedException {
        while (true) {
            rest(random.nextInt(SHORTEST_PEACE_MILLIS, LONGEST_PEACE_MILLIS));
            if (System.nanoTime() >= endNanos) {
                return;
            }
            Fault fault = possible.get(random.nextInt(possible.size()));
            happened.add(fault);
            inflictor.inflict(fault);
        }
    }

    static void killAndStart(OneServer server, Recording record, int millis) throws InterruptedException {
        server.kill();
        rest(millis);
        start(server, record);
    }

    static void start(OneServer server, Recording record) {
        try {
            server.start();
        } catch (ServerStartException e) {
            record.problem("the server does not start again: " + e.getMessage());
            throw e;
        }
    }

    /** Lets a process do nothing for a while. */
    static void stop(long pid, int millis) throws InterruptedException {
        Shell.require("kill", "-STOP", String.valueOf(pid));
        try {
            rest(millis);
        } finally {
            Shell.require("kill", "-CONT", String.valueOf(pid));
        }
    }

    static void rest(int millis) throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(millis);
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
