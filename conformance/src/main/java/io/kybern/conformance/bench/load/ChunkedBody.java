package io.kybern.conformance.bench.load;

/** The answer to a request over HTTP/1.1 as it comes in pieces: its head, then chunks. For one thread at a time. */
final class ChunkedBody {
    private enum Part {
        HEAD,
        SIZE,
        DATA,
        END_OF_DATA
    }

    private final StringBuilder line = new StringBuilder();
    private final EventReader events;
    private Part part = Part.HEAD;
    private boolean first = true;
    private long left;

    ChunkedBody(EventReader events) {
        this.events = events;
    }

    /** Passes on what is content. */
    void read(byte[] bytes, int offset, int limit) {
        int at = offset;
        while (at < limit) {
            if (part == Part.DATA) {
                int piece = (int) Math.min(left, limit - at);
                events.read(bytes, at, at + piece);
                at += piece;
                left -= piece;
                if (left == 0) {
                    part = Part.END_OF_DATA;
                }
            } else if (bytes[at] == '\n') {
                line();
                line.setLength(0);
                at++;
            } else {
                if (bytes[at] != '\r') {
                    line.append((char) bytes[at]);
                }
                at++;
            }
        }
    }

    private void line() {
        switch (part) {
            case HEAD -> {
                if (first && !line.toString().startsWith("HTTP/1.1 200")) {
                    throw new LoadException("a watch was answered " + line);
                }
                first = false;
                if (line.isEmpty()) {
                    part = Part.SIZE;
                }
            }
            case SIZE -> {
                left = Long.parseLong(line, 0, line.length(), 16);
                part = Part.DATA;
            }
            case END_OF_DATA -> part = Part.SIZE;
            case DATA -> throw new IllegalStateException(line.toString());
        }
    }
}
