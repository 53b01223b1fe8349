package io.kybern.apiserver.storage.embedded;

import java.io.File;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Whether the disk has room for more. Some is kept in reserve, so that a full disk is met by refusing writes and not by a write
 * that fails half way: deletions still fit, and what lives in a segment of the log can be copied, so that it may go.
 */
final class Room {
    /** What the original's store says when it has reached its quota. Source: etcd, api/v3rpc/rpctypes. */
    static final String SPACE_EXCEEDED = "etcdserver: mvcc: database space exceeded";

    private static final long RESERVE_BYTES = 80L << 20;
    /** On small disks the reserve is this part of it. */
    private static final int PART = 8;

    /** With twice the reserve there is room for as long as a batch or two take. */
    private static final long PLENTY_NANOS = 10_000_000;

    private final File directory;
    private final long reserve;
    private volatile long plentyUntil = System.nanoTime();

    Room(Path directory) {
        this.directory = directory.toFile();
        this.reserve = Math.min(RESERVE_BYTES, this.directory.getTotalSpace() / PART);
    }

    Optional<String> shortage() {
        long now = System.nanoTime();
        if (now - plentyUntil < 0) {
            return Optional.empty();
        }
        long usable = directory.getUsableSpace();
        if (usable > 2 * reserve) {
            plentyUntil = now + PLENTY_NANOS;
        }
        return usable < reserve ? Optional.of(SPACE_EXCEEDED) : Optional.empty();
    }
}
