package io.kybern.conformance.robustness;

import io.kybern.conformance.process.KybernProcess;
import io.kybern.conformance.process.KybernProcess.Launch;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** The server under test, over its deaths and rebirths. */
final class Subject implements AutoCloseable {
    private final Launch launch;
    private volatile @Nullable KybernProcess process;

    Subject(Launch launch) {
        this.launch = launch;
        this.process = KybernProcess.start(launch);
    }

    /** Where it listens; empty while it is dead. */
    OptionalInt port() {
        KybernProcess now = process;
        return now == null ? OptionalInt.empty() : OptionalInt.of(now.port());
    }

    /** Of the process that runs; for one who also calls {@link #kill}. */
    long pid() {
        KybernProcess now = process;
        if (now == null) {
            throw new IllegalStateException("the server does not run");
        }
        return now.processes().getFirst().pid();
    }

    void kill() {
        KybernProcess now = process;
        process = null;
        if (now != null) {
            now.kill();
        }
    }

    void start() {
        process = KybernProcess.start(launch);
    }

    @Override
    public void close() {
        kill();
    }
}
