package io.kybern.conformance.robustness;

/** What can befall a server. */
enum Fault {
    /** {@code kill -9}, then a start on the same data. */
    KILL,
    /** Stopped for a while, as by a debugger or a machine that sleeps. */
    PAUSE,
    /** No room on the disk for a while. */
    FULL,
    /** A disk that keeps whoever writes waiting. */
    FREEZE,
    /** Writes of files fail for a while: the limit of their size is lowered. */
    ERRORS,
    /** The clock goes forwards or back. */
    CLOCK;

    /** Whether writes may be answered with an error of the store while and after it. */
    boolean isOfDisk() {
        return this == FULL || this == ERRORS || this == FREEZE;
    }
}
