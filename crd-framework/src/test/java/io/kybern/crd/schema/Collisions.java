package io.kybern.crd.schema;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Texts whose hashes somebody has made equal, and what they cost more than others. */
public final class Collisions {
    private static final long ALWAYS_ALLOWED_NANOS = 500_000_000;

    private Collisions() {}

    /** {@code 1 << bits} texts of one length with the same hash. */
    public static List<String> colliding(int bits) {
        List<String> texts = List.of("");
        for (int i = 0; i < bits; i++) {
            List<String> longer = new ArrayList<>(2 * texts.size());
            texts.forEach(text -> {
                longer.add(text + "Aa");
                longer.add(text + "BB");
            });
            texts = longer;
        }
        return texts;
    }

    /** As many of the same length whose hashes differ. */
    public static List<String> harmless(int bits) {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < 1 << bits; i++) {
            String number = Integer.toString(i, 36);
            texts.add("-".repeat(2 * bits - number.length()) + number);
        }
        return texts;
    }

    /**
     * How many times the processor's time for harmless texts it takes for colliding ones, above half a second; each the better of two
     * tries. What looks at all pairs of 2^14 comes to hundreds.
     */
    public static double factor(int bits, Consumer<List<String>> work) {
        List<String> harmless = harmless(bits);
        List<String> colliding = colliding(bits);
        long plain = Math.min(nanos(work, harmless), nanos(work, harmless));
        long attacked = Math.min(nanos(work, colliding), nanos(work, colliding));
        return Math.max(0.0, attacked - ALWAYS_ALLOWED_NANOS) / Math.max(1, plain);
    }

    private static long nanos(Consumer<List<String>> work, List<String> texts) {
        long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        work.accept(texts);
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start;
    }
}
