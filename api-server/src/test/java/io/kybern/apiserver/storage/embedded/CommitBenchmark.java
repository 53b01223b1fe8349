package io.kybern.apiserver.storage.embedded;

import io.kybern.apiserver.storage.KeyValueStore.Write;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * Durable puts of 1 KiB a second by 1, 64 and 256 virtual threads, in a directory of the disk to measure (argument; default: a
 * temporary one). Prints one line each.
 */
public final class CommitBenchmark {
    private static final int VALUE_BYTES = 1_024;
    private static final int KEYS = 20_000;
    private static final long SECONDS = 5;

    private CommitBenchmark() {}

    public static void main(String[] arguments) throws Exception {
        Path parent = arguments.length > 0 ? Path.of(arguments[0]) : Path.of(System.getProperty("java.io.tmpdir"));
        run(parent, 64, false);
        for (int writers : new int[] {1, 64, 256}) {
            run(parent, writers, true);
        }
    }

    private static void run(Path parent, int writers, boolean report) throws Exception {
        Path directory = Files.createTempDirectory(parent, "commit-benchmark");
        try (EmbeddedStore store = EmbeddedStore.open(EmbeddedOptions.of(directory))) {
            long[][] latencies = new long[writers][];
            AtomicInteger next = new AtomicInteger();
            CountDownLatch done = new CountDownLatch(writers);
            long start = System.nanoTime();
            long end = start + SECONDS * 1_000_000_000L;
            for (int i = 0; i < writers; i++) {
                int writer = i;
                Thread.startVirtualThread(() -> {
                    latencies[writer] = write(store, end, next);
                    done.countDown();
                });
            }
            done.await();
            double seconds = (System.nanoTime() - start) / 1e9;
            if (report) {
                long[] all = Arrays.stream(latencies)
                        .flatMapToLong(Arrays::stream)
                        .sorted()
                        .toArray();
                System.out.printf(
                        "%3d writers: %,10.0f puts/s, p50 %.3f ms, p99 %.3f ms%n",
                        writers, all.length / seconds, all[all.length / 2] / 1e6, all[all.length * 99 / 100] / 1e6);
            }
        } finally {
            delete(directory);
        }
    }

    private static long[] write(EmbeddedStore store, long end, AtomicInteger next) {
        byte[] value = new byte[VALUE_BYTES];
        ThreadLocalRandom.current().nextBytes(value);
        long[] latencies = new long[1_024];
        int count = 0;
        for (long now = System.nanoTime(); now < end; ) {
            store.commit(Write.put("/registry/bench/default/" + next.incrementAndGet() % KEYS, null, value));
            long after = System.nanoTime();
            if (count == latencies.length) {
                latencies = Arrays.copyOf(latencies, count * 2);
            }
            latencies[count++] = after - now;
            now = after;
        }
        return Arrays.copyOf(latencies, count);
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
