package io.kybern.apiserver.storage.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** Goes through the changes of keys with a prefix at revisions in {@code (after, upTo]}, in order. */
final class LogScan {
    private final byte[] prefix;
    private final long after;
    private final long upTo;
    private final Iterator<Segment> segments;
    private @Nullable EntryScan scan;

    LogScan(Log log, String prefix, long after, long upTo) {
        this.prefix = prefix.getBytes(StandardCharsets.UTF_8);
        this.after = after;
        this.upTo = upTo;
        this.segments = log.segments().iterator();
    }

    /**
     * Moves on to the next change; false if there is none.
     *
     * @throws IOException also if a segment was removed meanwhile: its changes are compacted then
     */
    boolean next() throws IOException {
        while (true) {
            EntryScan current = scan;
            if (current == null || !current.next()) {
                if (current != null && !current.isAtEnd()) {
                    throw new IOException(current.isGone() ? "a segment was removed" : "the log is damaged");
                }
                if (!nextSegment()) {
                    return false;
                }
                continue;
            }
            if (current.isChange()) {
                long revision = current.revision();
                if (revision > upTo) {
                    return false;
                }
                if (revision > after && current.hasPrefix(prefix)) {
                    return true;
                }
            }
        }
    }

    private boolean nextSegment() {
        while (segments.hasNext()) {
            Segment segment = segments.next();
            if (segment.revisionBefore() >= upTo) {
                return false;
            }
            if (segment.lastRevision() > after) {
                scan = new EntryScan(segment, segment.offsetBefore(after), segment.end());
                return true;
            }
        }
        return false;
    }

    long after() {
        return after;
    }

    private EntryScan current() {
        EntryScan current = scan;
        if (current == null) {
            throw new IllegalStateException("next was not called");
        }
        return current;
    }

    LogEntry entry(boolean withValue) {
        return current().entry(withValue);
    }

    Place place() {
        return current().place();
    }
}
