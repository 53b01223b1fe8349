package io.kybern.apiserver.endpoint;

/**
 * Whether it pays for a stream to wait, so that more events come and go with the first in one write. After a wait that was in vain the
 * next {@value #AT_ONCE} events go at once, unless several go in one write before: a stream whose events come one by one hardly ever
 * waits. For one thread.
 */
final class Gathering {
    private static final int AT_ONCE = 256;

    private boolean waiting;
    private int goAtOnce;

    /** Whether more than one event is to be expected of a wait. */
    boolean pays() {
        return goAtOnce == 0;
    }

    /** The stream waits with what it has. */
    void waits() {
        waiting = true;
    }

    /** All that there was has been written. */
    void wrote(int events) {
        if (events > 1) {
            goAtOnce = 0;
        } else if (waiting) {
            goAtOnce = AT_ONCE;
        } else if (goAtOnce > 0) {
            goAtOnce--;
        }
        waiting = false;
    }
}
