package io.kybern.crd.cel.cost;

/**
 * The least and the most that something may be: elements, characters, or units of cost. Sums and products stop at
 * {@link #UNLIMITED}.
 */
public record SizeRange(long min, long max) {
    public static final long UNLIMITED = Long.MAX_VALUE;
    public static final SizeRange UNKNOWN = new SizeRange(0, UNLIMITED);
    public static final SizeRange ZERO = of(0);
    public static final SizeRange ONE = of(1);

    public static SizeRange of(long exact) {
        return new SizeRange(exact, exact);
    }

    public SizeRange plus(SizeRange other) {
        return new SizeRange(add(min, other.min), add(max, other.max));
    }

    public SizeRange times(SizeRange other) {
        return new SizeRange(multiply(min, other.min), multiply(max, other.max));
    }

    /** Rounded up. */
    public SizeRange times(double factor) {
        return new SizeRange(multiply(min, factor), multiply(max, factor));
    }

    public SizeRange union(SizeRange other) {
        return new SizeRange(Math.min(min, other.min), Math.max(max, other.max));
    }

    public static long add(long a, long b) {
        return a > UNLIMITED - b ? UNLIMITED : a + b;
    }

    public static long multiply(long a, long b) {
        return b != 0 && a > UNLIMITED / b ? UNLIMITED : a * b;
    }

    static long multiply(long a, double factor) {
        return a == UNLIMITED && factor > 0 ? UNLIMITED : (long) Math.ceil(a * factor);
    }
}
