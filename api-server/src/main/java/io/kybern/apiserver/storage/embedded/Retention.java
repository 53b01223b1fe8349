package io.kybern.apiserver.storage.embedded;

import io.kybern.apiserver.storage.KeyValueStore.StorageUnavailableException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides what of the past is forgotten, and has its room given back: what is older than {@link EmbeddedOptions#history}, and what
 * is more than {@link EmbeddedOptions#historyBytes} sooner, since a store that is written to fast would fill the disk with history
 * and then refuse writes.
 */
final class Retention implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Retention.class);
    /** Of the disk history takes such a part at most. */
    private static final int PART = 4;

    private static final Duration SPARES_KEPT = Duration.ofMinutes(1);

    private final VersionedData data;
    private final Committer committer;
    private final Cleaner cleaner;
    private final Duration history;
    private final long historyBytes;

    /** Up to this revision all is forgotten at {@link #compactAt}. */
    private long nextCompaction;

    private Instant compactAt;
    /** The log's head when it was last looked at, and since when. */
    private int lastHead;

    private Instant headSince;
    /** The head and the mark of compaction when there was nothing left to do. */
    private volatile int settledHead;

    private volatile long settledMark;

    Retention(EmbeddedOptions options, VersionedData data, Committer committer, int segmentBytes) {
        this.data = data;
        this.committer = committer;
        this.cleaner = new Cleaner(data, committer, segmentBytes);
        this.history = options.history();
        this.historyBytes =
                Math.min(options.historyBytes(), options.directory().toFile().getTotalSpace() / PART);
        this.nextCompaction = data.start().revision();
        this.headSince = options.clock().instant();
        this.compactAt = headSince.plus(history);
    }

    /** Forgets all before a revision that is known. */
    synchronized void compact(long revision) {
        try {
            committer.between(() -> data.compact(revision));
        } catch (IOException e) {
            throw new StorageUnavailableException("history can't be forgotten now: " + e.getMessage(), e);
        }
        clean();
    }

    /** Gives room back that nobody needs any more. */
    private void clean() {
        try {
            cleaner.clean();
        } catch (IOException e) {
            throw new StorageUnavailableException("room can't be given back now: " + e.getMessage(), e);
        }
    }

    /** Does what is due at this moment of the clock; returns for how long nothing is, while it {@linkplain #isSettled is settled}. */
    synchronized Duration tick(Instant now) {
        if (!isSettled() || !now.isBefore(compactAt)) {
            act(now);
        }
        return isSettled() ? Duration.between(now, compactAt) : Duration.ZERO;
    }

    private void act(Instant now) {
        if (committer.refusal().isEmpty() || data.shortage().isPresent()) {
            if (!now.isBefore(compactAt)) {
                compact(nextCompaction);
                nextCompaction = committer.state().revision();
                compactAt = now.plus(history);
            }
            forgetWhatIsTooMuch();
            clean();
        }
        giveBackSpares(now);
        if (cleaner.isDone() && data.log().spares().isEmpty()) {
            settledHead = data.log().head().number();
            settledMark = data.compacted();
        }
    }

    /** An idle store should sleep; what fits into one segment makes no difference. */
    boolean isSettled() {
        return settledHead == data.log().head().number() && settledMark == data.compacted();
    }

    private void forgetWhatIsTooMuch() {
        Log log = data.log();
        if (log.bytes() - log.liveBytes() > historyBytes) {
            long revision = log.followedBy(historyBytes);
            if (revision > data.compacted()) {
                compact(revision);
            }
        }
    }

    /** When no segment was begun for a while, or the disk is full. */
    private void giveBackSpares(Instant now) {
        int head = data.log().head().number();
        if (head != lastHead) {
            lastHead = head;
            headSince = now;
        }
        if (!now.isBefore(headSince.plus(SPARES_KEPT)) || data.shortage().isPresent()) {
            try {
                data.log().spares().deleteAll();
            } catch (IOException e) {
                LOG.warn("a file that is not needed can't be deleted: {}", e.getMessage());
            }
        }
    }

    /** Closes the data, when nothing is being given back. */
    @Override
    public synchronized void close() {
        data.close();
    }
}
