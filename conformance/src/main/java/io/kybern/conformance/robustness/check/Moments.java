package io.kybern.conformance.robustness.check;

import java.util.Arrays;

/**
 * When each change can have happened. Changes happen one after the other in the order of their revisions; everybody who made
 * or saw one, or did not see one, sets a bound. There are moments for all of them exactly if no earliest one, of a change
 * or of one before it, is later than a latest one, of the change or of one after it.
 *
 * <pre>
 *   revision      7            8            9
 *   write of 8          |------------|                 a writer was told 8 in this time
 *   read of 7                            |----|        … and a read that began later did not see it: 8 was not before
 * </pre>
 */
final class Moments {
    private final Timeline timeline;
    private final long[] earliest;
    private final long[] latest;
    private final Object[] whyNotBefore;
    private final Object[] whyNotAfter;

    Moments(Timeline timeline) {
        this.timeline = timeline;
        int size = timeline.size();
        this.earliest = new long[size];
        this.latest = new long[size];
        this.whyNotBefore = new Object[size];
        this.whyNotAfter = new Object[size];
        Arrays.fill(earliest, Long.MIN_VALUE);
        Arrays.fill(latest, Long.MAX_VALUE);
    }

    /** The change at an index, if there is one, can't have happened before a time. */
    void notBefore(int index, long time, Object why) {
        if (index >= 0 && index < earliest.length && time > earliest[index]) {
            earliest[index] = time;
            whyNotBefore[index] = why;
        }
    }

    /** The change at an index, if there is one, can't have happened after a time. */
    void notAfter(int index, long time, Object why) {
        if (index >= 0 && index < latest.length && time < latest[index]) {
            latest[index] = time;
            whyNotAfter[index] = why;
        }
    }

    /** Lets each bound hold for the neighbours too that it concerns, and tells where two contradict each other. */
    void settle(Findings findings) {
        for (int i = 1; i < earliest.length; i++) {
            notBefore(i, earliest[i - 1], whyNotBefore[i - 1]);
        }
        for (int i = latest.length - 2; i >= 0; i--) {
            notAfter(i, latest[i + 1], whyNotAfter[i + 1]);
        }
        for (int i = 0; i < earliest.length; i++) {
            if (earliest[i] > latest[i]) {
                findings.add(
                        "revision %d can't have happened before %d by %s, nor after %d by %s",
                        timeline.effect(i).revision(), earliest[i], whyNotBefore[i], latest[i], whyNotAfter[i]);
                return; // the neighbours contradict each other for the same reason
            }
        }
    }

    /**
     * Whether there may have been a moment in a span of time that was not before one change and not after another.
     *
     * @param from {@link Timeline#NONE} if there is no first change
     * @param to {@link Timeline#NONE} if there is no last change
     */
    boolean mayOverlap(int from, int to, long begin, long end) {
        return (from == Timeline.NONE || earliest[from] <= end) && (to == Timeline.NONE || latest[to] >= begin);
    }
}
