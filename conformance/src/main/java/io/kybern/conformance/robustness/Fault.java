package io.kybern.conformance.robustness;

import io.kybern.conformance.robustness.Plan.Store;
import java.util.Locale;

/** What can befall a server, and the etcd that several of them share. */
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
    CLOCK,
    /** {@code kill -9} of a member of etcd, or of all, then a start. */
    MEMBER_KILL,
    /** A member of etcd is stopped for a while. */
    MEMBER_PAUSE,
    /** A member of etcd is cut off from the others, or also from the servers, or hears nobody. */
    MEMBER_CUT,
    /** A server is cut off from one member of etcd or from all. */
    SERVER_CUT;

    /** As the command line has it. */
    String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** @throws IllegalArgumentException if there is no such fault */
    static Fault of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    /** Whether it can befall who has this store. */
    boolean befalls(Store store) {
        return switch (this) {
            case KILL, PAUSE -> true;
            case FULL, FREEZE, ERRORS, CLOCK -> store == Store.EMBEDDED;
            case MEMBER_KILL, MEMBER_PAUSE, MEMBER_CUT, SERVER_CUT -> store == Store.ETCD;
        };
    }

    /** Whether requests may be answered with an error of the store while and after it. */
    boolean isOfStore() {
        return switch (this) {
            case FULL, ERRORS, FREEZE, MEMBER_KILL, MEMBER_PAUSE, MEMBER_CUT, SERVER_CUT -> true;
            case KILL, PAUSE, CLOCK -> false;
        };
    }
}
