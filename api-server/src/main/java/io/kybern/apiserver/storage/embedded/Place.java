package io.kybern.apiserver.storage.embedded;

/** Where an entry stands in the log: in a segment, at an offset, with a length in bytes. */
record Place(Segment segment, int offset, int length) {
    LogEntry.Replaced of(long revision) {
        return new LogEntry.Replaced(revision, segment.number(), offset, length);
    }
}
