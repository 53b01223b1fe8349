package io.kybern.conformance.robustness;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Notices requests that have no answer for long, and keeps what the threads of the servers did then: virtual ones as {@code
 * jcmd Thread.dump_to_file} shows them, those of the platform with the locks that they wait for.
 */
final class Stalls implements AutoCloseable {
    /** What the names of files with threads begin with, in the run's directory. */
    static final String THREADS = "threads-";

    private static final Duration LONG = Duration.ofSeconds(20);
    private static final int MOST = 5;

    private final Subject subject;
    private final Path directory;
    private final Queue<ApiClient> clients = new ConcurrentLinkedQueue<>();
    private final Queue<String> lines = new ConcurrentLinkedQueue<>();
    private final Set<ApiClient> waiting = new HashSet<>();
    private final Thread thread = Thread.ofPlatform().daemon().name("stalls").unstarted(this::run);
    private int dumps;
    private volatile boolean closed;

    private Stalls(Subject subject, Path directory) {
        this.subject = subject;
        this.directory = directory;
    }

    static Stalls watch(Subject subject, Path directory) {
        Stalls stalls = new Stalls(subject, directory);
        stalls.thread.start();
        return stalls;
    }

    /** Looks after a client from now on; returns it. */
    ApiClient of(ApiClient client) {
        clients.add(client);
        return client;
    }

    /** A line for each that was noticed. */
    List<String> lines() {
        return List.copyOf(lines);
    }

    private void run() {
        while (!closed) {
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
            long now = System.nanoTime();
            for (ApiClient client : clients) {
                boolean stalls = client.waits(now).compareTo(LONG) > 0;
                if (!stalls) {
                    waiting.remove(client);
                } else if (waiting.add(client)) {
                    lines.add("client %d has no answer for %d s, load of the machine %.0f"
                            .formatted(client.number(), LONG.toSeconds(), load()));
                    dumpThreads();
                }
            }
        }
    }

    /** Of the last minute: a server that gets no processor answers nobody. */
    private static double load() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }

    /** Keeps what the servers' threads do now. */
    synchronized void dumpThreads() {
        if (dumps++ >= MOST) {
            return;
        }
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        for (long pid : subject.pids()) {
            Path file = directory.resolve(THREADS + pid + "-" + dumps).toAbsolutePath();
            Shell.runInto(
                    file.resolveSibling(file.getFileName() + "-platform.txt"), jcmd, "" + pid, "Thread.print", "-l");
            Shell.run(jcmd, "" + pid, "Thread.dump_to_file", "-overwrite", file + ".txt");
        }
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
