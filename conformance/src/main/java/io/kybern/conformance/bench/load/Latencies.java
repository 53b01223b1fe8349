package io.kybern.conformance.bench.load;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** How long each operation took. For one thread at a time. */
public final class Latencies {
    private long[] nanos = new long[1024];
    private int size;

    public static Latencies of(List<Latencies> parts) {
        Latencies all = new Latencies();
        for (Latencies part : parts) {
            for (int i = 0; i < part.size; i++) {
                all.add(part.nanos[i]);
            }
        }
        return all;
    }

    public void add(long duration) {
        if (size == nanos.length) {
            nanos = Arrays.copyOf(nanos, size * 2);
        }
        nanos[size++] = duration;
    }

    public int count() {
        return size;
    }

    /** The least duration that {@code share} of all don't exceed; zero without any. */
    public Duration quantile(double share) {
        if (size == 0) {
            return Duration.ZERO;
        }
        long[] sorted = Arrays.copyOf(nanos, size);
        Arrays.sort(sorted);
        int rank = (int) Math.ceil(share * size);
        return Duration.ofNanos(sorted[Math.clamp(rank - 1, 0, size - 1)]);
    }
}
