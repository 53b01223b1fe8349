package io.kybern.apiserver.storage.embedded;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Gives room back: moves what lives in the oldest segment to the head, and removes it.
 *
 * <p>That is done only while the log is more than twice as large as what lives in it, so that nothing is written more than once again
 * for what is written anew. Each step is a short one of the committer's, between two batches, and is synced by itself.
 */
final class Cleaner {
    private static final int STEP_BYTES = 256 << 10;

    private final VersionedData data;
    private final Committer committer;
    private final int segmentBytes;

    Cleaner(VersionedData data, Committer committer, int segmentBytes) {
        this.data = data;
        this.committer = committer;
        this.segmentBytes = segmentBytes;
    }

    /** Does what is worth it. */
    void clean() throws IOException {
        Log log = data.log();
        writeIndex(log);
        while (true) {
            Segment oldest = log.segments().iterator().next();
            if (oldest == log.head() || !oldest.isPast(data.compacted()) || oldest.liveBytes() > 0 && !isWorthIt(log)) {
                return;
            }
            move(oldest);
            if (oldest.liveBytes() > 0) {
                throw new IOException(
                        oldest.file() + " holds " + oldest.liveBytes() + " bytes of which nobody knows the keys");
            }
            committer.between(log::removeOldest);
        }
    }

    /** One at a time: who writes hundreds of megabytes a second is not slowed down by reading them again at once. */
    private static void writeIndex(Log log) throws IOException {
        Optional<Segment> next = withoutIndex(log);
        if (next.isPresent()) {
            SegmentIndex.write(next.get());
        }
    }

    private static Optional<Segment> withoutIndex(Log log) {
        return log.segments().stream()
                .filter(segment -> segment != log.head() && !segment.isIndexed())
                .findFirst();
    }

    /** Whether nothing is left to do before more is written or forgotten. */
    boolean isDone() {
        return withoutIndex(data.log()).isEmpty();
    }

    private boolean isWorthIt(Log log) {
        return log.bytes() > 2 * (log.liveBytes() + segmentBytes);
    }

    private record Live(LogEntry entry, Place place) {}

    private void move(Segment segment) throws IOException {
        List<Live> step = new ArrayList<>();
        int bytes = 0;
        EntryScan scan = new EntryScan(segment, Segment.HEADER, segment.end());
        while (segment.liveBytes() > 0 && scan.next()) {
            LogEntry entry = scan.entry(false);
            if (entry.isState() && isLive(entry, scan.place())) {
                step.add(new Live(scan.entry(true), scan.place()));
                bytes += scan.length();
                if (bytes >= STEP_BYTES) {
                    move(step);
                    step.clear();
                    bytes = 0;
                }
            }
        }
        move(step);
    }

    private boolean isLive(LogEntry entry, Place place) {
        KeyState state = committer.state().keys().get(entry.key());
        return state != null && state.place().equals(place);
    }

    private void move(List<Live> step) throws IOException {
        if (!step.isEmpty()) {
            committer.between(() -> data.move(
                    step.stream()
                            .filter(live -> isLive(live.entry, live.place))
                            .map(Live::entry)
                            .toList(),
                    committer.state().keys()));
        }
    }
}
