package io.kybern.conformance.bench.figure;

import java.util.Locale;

/** A kind of figure. Less is better but for rates. */
public enum Figure {
    /** Operations a second. */
    RATE("rate", "%,.1f/s"),
    /** MiB a second. */
    THROUGHPUT("bytes", "%,.1f MiB/s"),
    /** Milliseconds of an operation that half of them don't exceed. */
    MEDIAN("p50", "%,.2f ms"),
    /** Milliseconds of an operation that 99 % don't exceed. */
    SLOWEST("p99", "%,.2f ms"),
    /** Microseconds of user and system time of the server an operation. */
    CPU("CPU each", "%,.1f µs"),
    /** Seconds of user and system time of the server in the whole turn. */
    CPU_TOTAL("CPU", "%,.2f s"),
    /** Share of one core that the server needed, in percent. */
    CORE("of a core", "%.2f %%"),
    /** MiB of resident memory when the turn ends. */
    MEMORY("RSS", "%,.0f MiB"),
    /** MiB by which the highest resident memory in the turn was above that before any work. */
    GROWTH("RSS growth", "%,.0f MiB"),
    /** Seconds from the start of the first process until the server is ready. */
    START("start", "%.2f s"),
    /** Calls of fsync and fdatasync a second. */
    SYNCS("fsyncs", "%.2f/s"),
    /** Seconds from a kill until a write is answered again. */
    AWAY("away", "%.2f s"),
    /** How often the server ended what should have gone on. */
    INTERRUPTIONS("interrupted", "%.0f"),
    /** Operations that were acknowledged, or should have been delivered, and are not there. */
    LOST("lost", "%.0f"),
    /** Deliveries that came after a newer one, or twice. */
    DISORDER("out of order", "%.0f");

    private final String label;
    private final String pattern;

    Figure(String label, String pattern) {
        this.label = label;
        this.pattern = pattern;
    }

    /** How it is called in reports. */
    public String label() {
        return label;
    }

    /** A value with its unit. */
    public String text(double value) {
        return String.format(Locale.ROOT, pattern, value);
    }
}
