package io.kybern.apiserver.storage.cache;

import io.kybern.apiserver.storage.KeyValueStore.TooLargeException;
import io.kybern.apiserver.storage.Revision;
import java.nio.charset.StandardCharsets;

/**
 * How large a write may be. etcd takes 1.5 MiB and its client sends 2 MiB, in their default settings; what is counted is the message
 * that would be sent, or kept in etcd's log. A store of one's own has the same limits, so that a cluster's objects can be in any
 * store. Source: {@code api/v3/rpc.proto} and {@code raft_internal.proto} of etcd 3.6, and what a server answers.
 */
final class WriteLimit {
    private static final int SENT = 2 << 20;
    private static final int LOGGED = 3 << 19;
    /** More than a transaction has beside its value and three times its key. */
    private static final int FRAMES = 256;

    /** A tag and a number of 64 bits: the lease. */
    private static final int LEASE = 10;
    /** The header with a request's number, which is one of 63 bits at etcd's default address. */
    private static final int HEADER = 13;

    private WriteLimit() {}

    /** Whether a value can't be too large. */
    static boolean surelyTakes(String key, long valueBytes) {
        return valueBytes + 9L * key.length() + FRAMES <= LOGGED;
    }

    /**
     * Refuses what could not be sent to etcd, and what it would not keep in its log.
     *
     * @param expected the revision that is replaced; none: there is nothing yet
     * @param shared whether etcd is asked anyway, which may be set to take more or less
     */
    static void check(String key, Revision expected, long valueBytes, boolean leased, boolean shared) {
        long request = request(key.getBytes(StandardCharsets.UTF_8).length, expected, valueBytes, leased);
        if (request > SENT) {
            throw new TooLargeException(
                    "rpc error: code = ResourceExhausted desc = trying to send message larger than max (" + request
                            + " vs. " + SENT + ")");
        }
        if (!shared && field(request) + HEADER > LOGGED) {
            throw new TooLargeException(TooLargeException.OF_ETCD);
        }
    }

    /** If the key is at the revision, the value is put; else, where there should be one, the key is read. */
    private static long request(long key, Revision expected, long value, boolean leased) {
        long compare = 2 + field(key) + 1 + number(expected.value());
        long put = field(key) + field(value) + (leased ? LEASE : 0);
        long read = expected.equals(Revision.NONE) ? 0 : field(field(field(key)));
        return field(compare) + field(field(put)) + read;
    }

    /** The length of a field of so many bytes. */
    private static long field(long bytes) {
        return 1 + number(bytes) + bytes;
    }

    private static int number(long value) {
        return Math.max(1, (64 - Long.numberOfLeadingZeros(value) + 6) / 7);
    }
}
