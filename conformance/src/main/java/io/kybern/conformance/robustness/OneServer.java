package io.kybern.conformance.robustness;

import io.kybern.conformance.process.KybernProcess;
import io.kybern.conformance.process.KybernProcess.Launch;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A server over its deaths and rebirths. One thread kills and starts it, others may ask where it is. */
final class OneServer implements Subject {
    private final Launch launch;
    private volatile @Nullable KybernProcess process;

    OneServer(Launch launch) {
        this.launch = launch;
        this.process = KybernProcess.start(launch);
    }

    @Override
    public Optional<InetSocketAddress> address() {
        return Optional.ofNullable(process).map(KybernProcess::listener);
    }

    @Override
    public List<Long> pids() {
        return Optional.ofNullable(process).map(now -> List.of(pid(now))).orElse(List.of());
    }

    private static long pid(KybernProcess process) {
        return process.processes().getFirst().pid();
    }

    boolean isRunning() {
        return process != null;
    }

    /** Of the process that runs; for one who also calls {@link #kill}. */
    long pid() {
        KybernProcess now = process;
        if (now == null) {
            throw new IllegalStateException("the server does not run");
        }
        return pid(now);
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
