package io.kybern.apiserver.http;

import java.util.concurrent.TimeUnit;

/**
 * How much of its time a thread spends on one kind of work: a share of the last stretch of {@value #STRETCH_MILLIS} ms. High from
 * 40 % on, until it is below 15 %. For one thread.
 */
final class Occupation {
    private static final long STRETCH_MILLIS = 100;
    private static final long STRETCH = TimeUnit.MILLISECONDS.toNanos(STRETCH_MILLIS);
    private static final double HIGH = 0.4;
    private static final double LOW = 0.15;

    private long stretchStart;
    private long worked;
    private boolean high;

    /** @param now of the same clock as what follows, such as {@link System#nanoTime} */
    Occupation(long now) {
        this.stretchStart = now;
    }

    /** Work was done, from one moment to another, which is now. */
    void worked(long from, long to) {
        worked += to - from;
        long stretch = to - stretchStart;
        if (stretch >= STRETCH) {
            double share = (double) worked / stretch;
            high = share >= (high ? LOW : HIGH);
            stretchStart = to;
            worked = 0;
        }
    }

    /** As of the last stretch in which there was work; not if nothing was done for longer than a stretch since. */
    boolean isHigh(long now) {
        return high && now - stretchStart < 2 * STRETCH;
    }
}
