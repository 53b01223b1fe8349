package io.kybern.apiserver.metrics;

import java.util.Arrays;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;

/** How often values fell between bounds. Thread-safe; counting allocates nothing. */
public final class Histogram {
    private final double[] bounds;
    private final LongAdder[] buckets;
    private final DoubleAdder sum = new DoubleAdder();

    /** @param bounds ascending, shared, not modified; one more bucket is for what is beyond */
    public Histogram(double[] bounds) {
        this.bounds = bounds;
        this.buckets = new LongAdder[bounds.length + 1];
        Arrays.setAll(buckets, i -> new LongAdder());
    }

    public void add(double value) {
        int found = Arrays.binarySearch(bounds, value);
        buckets[found < 0 ? -found - 1 : found].increment();
        sum.add(value);
    }

    long[] counts() {
        return Arrays.stream(buckets).mapToLong(LongAdder::sum).toArray();
    }

    long count() {
        return Arrays.stream(counts()).sum();
    }

    double sum() {
        return sum.sum();
    }

    /** A bucket's upper bound as text. */
    String bound(int bucket) {
        if (bucket == bounds.length) {
            return "+Inf";
        }
        double bound = bounds[bucket];
        return bound == Math.rint(bound) && bound < 1e6
                ? Long.toString((long) bound)
                : bound < 1e6 ? Double.toString(bound) : scientific(bound);
    }

    /** Powers of ten as Go prints them: {@code 1e+06}. */
    private static String scientific(double bound) {
        return "1e+" + (bound < 1e10 ? "0" : "") + Math.round(Math.log10(bound));
    }
}
