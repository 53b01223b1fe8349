package io.kybern.node.probe;

/**
 * Counts outcomes in a row: a verdict changes only when its threshold is reached.
 *
 * @param passing the verdict so far
 * @param run how many outcomes in a row were {@code last}
 */
record ProbeCounter(boolean passing, boolean last, int run) {
    static ProbeCounter begin(boolean passing) {
        return new ProbeCounter(passing, passing, 0);
    }

    ProbeCounter next(boolean success, int successThreshold, int failureThreshold) {
        int length = success == last ? run + 1 : 1;
        boolean reached = length >= (success ? successThreshold : failureThreshold);
        return new ProbeCounter(reached ? success : passing, success, length);
    }
}
