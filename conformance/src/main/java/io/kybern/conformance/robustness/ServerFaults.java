package io.kybern.conformance.robustness;

import io.kybern.conformance.robustness.Faults.FakeClock;
import java.util.Optional;
import java.util.Random;

/** What befalls a server that is alone, and its disk. */
final class ServerFaults implements Faults.Inflictor {
    private static final int LARGEST_STEP_SECONDS = 120;
    /** So small that a store can't go on writing for long. */
    private static final int FILE_BYTES = 4_096;

    private final OneServer server;
    private final Optional<SmallDisk> disk;
    private final FakeClock clock;
    private final Recording record;
    private final Random random;

    ServerFaults(OneServer server, Optional<SmallDisk> disk, FakeClock clock, Recording record, Random random) {
        this.server = server;
        this.disk = disk;
        this.clock = clock;
        this.record = record;
        this.random = random;
    }

    @Override
    public void inflict(Fault fault) throws InterruptedException {
        switch (fault) {
            case KILL -> Faults.killAndStart(server, record, random.nextInt(1, 200));
            case PAUSE -> Faults.stop(server.pid(), random.nextInt(20, 800));
            case FULL -> {
                SmallDisk small = disk.orElseThrow();
                small.fill();
                try {
                    Faults.rest(random.nextInt(100, 1_500));
                    if (random.nextInt(5) == 0) {
                        server.kill(); // dies full, and starts when there is room again
                    }
                } finally {
                    small.empty();
                }
                if (!server.isRunning()) {
                    Faults.start(server, record);
                }
            }
            case FREEZE -> {
                SmallDisk small = disk.orElseThrow();
                small.freeze();
                try {
                    Faults.rest(random.nextInt(20, 800));
                } finally {
                    small.thaw();
                }
            }
            case ERRORS -> {
                limit(FILE_BYTES + ":unlimited");
                try {
                    Faults.rest(random.nextInt(50, 1_000));
                } finally {
                    limit("unlimited:unlimited");
                }
            }
            case CLOCK -> clock.step(random.nextInt(-LARGEST_STEP_SECONDS, LARGEST_STEP_SECONDS));
            default -> throw new IllegalArgumentException(fault + " befalls one of several");
        }
    }

    private void limit(String bytes) {
        Shell.require("prlimit", "--pid", String.valueOf(server.pid()), "--fsize=" + bytes);
    }
}
