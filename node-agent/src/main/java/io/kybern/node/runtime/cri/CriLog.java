package io.kybern.node.runtime.cri;

import io.kybern.node.runtime.ContainerRuntime.LogOptions;
import io.kybern.node.runtime.ContainerRuntime.LogSink;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Reads a log file as CRI runtimes write it: each line {@code TIME STREAM TAG TEXT}, where tag {@code P} means that the
 * line goes on in the next record and {@code F} that it is full.
 *
 * <p>Example: {@code 2026-01-01T00:00:00.5Z stdout F hello} → {@code hello}.
 */
final class CriLog {
    private static final long POLL_NANOS = 100_000_000;
    private static final int BLOCK = 64 << 10;

    private final RandomAccessFile file;
    private final LogOptions options;
    private final LogSink sink;
    private final ByteArrayOutputStream record = new ByteArrayOutputStream();
    private long left;
    private boolean lineBegun;

    private CriLog(RandomAccessFile file, LogOptions options, LogSink sink) {
        this.file = file;
        this.options = options;
        this.sink = sink;
        this.left = options.limitBytes().orElse(Long.MAX_VALUE);
    }

    /** @param alive whether more may come */
    static void read(Path path, LogOptions options, LogSink sink, BooleanSupplier alive) throws IOException {
        try (var file = new RandomAccessFile(path.toFile(), "r")) {
            var log = new CriLog(file, options, sink);
            if (options.tailLines().isPresent()) {
                file.seek(tail(file, options.tailLines().get()));
            }
            log.copy(alive);
        }
    }

    /** Where the last {@code lines} records begin. */
    static long tail(RandomAccessFile file, int lines) throws IOException {
        long end = file.length();
        if (lines == 0) {
            return end;
        }
        byte[] block = new byte[BLOCK];
        int seen = 0;
        long position = end;
        while (position > 0) {
            int length = (int) Math.min(BLOCK, position);
            position -= length;
            file.seek(position);
            file.readFully(block, 0, length);
            for (int i = length - 1; i >= 0; i--) {
                if (block[i] == '\n' && position + i != end - 1 && ++seen == lines) {
                    return position + i + 1;
                }
            }
        }
        return 0;
    }

    private void copy(BooleanSupplier alive) throws IOException {
        byte[] block = new byte[BLOCK];
        boolean last = false;
        while (true) {
            int length = file.read(block);
            if (length > 0) {
                if (!take(block, length)) {
                    return;
                }
            } else if (last || !options.follow() || !sink.wanted()) {
                return;
            } else {
                // What was written before the end is read once more after it is known.
                last = !alive.getAsBoolean();
                LockSupport.parkNanos(POLL_NANOS);
            }
        }
    }

    private boolean take(byte[] block, int length) throws IOException {
        int start = 0;
        for (int i = 0; i < length; i++) {
            if (block[i] == '\n') {
                record.write(block, start, i - start);
                start = i + 1;
                boolean more = emit(record.toByteArray());
                record.reset();
                if (!more) {
                    return false;
                }
            }
        }
        record.write(block, start, length - start);
        return true;
    }

    private boolean emit(byte[] line) throws IOException {
        int time = indexOf(line, 0);
        int stream = indexOf(line, time + 1);
        int tag = indexOf(line, stream + 1);
        if (time < 0 || stream < 0 || tag < 0) {
            return true;
        }
        String when = new String(line, 0, time, StandardCharsets.US_ASCII);
        if (options.since().isPresent()
                && Instant.parse(when).isBefore(options.since().get())) {
            return true;
        }
        var out = new ByteArrayOutputStream(line.length);
        if (options.timestamps() && !lineBegun) {
            out.write(line, 0, time + 1);
        }
        out.write(line, tag + 1, line.length - tag - 1);
        boolean partial = line[stream + 1] == 'P';
        if (!partial) {
            out.write('\n');
        }
        lineBegun = partial;
        int length = (int) Math.min(left, out.size());
        left -= length;
        return sink.write(out.toByteArray(), 0, length) && left > 0;
    }

    private static int indexOf(byte[] line, int from) {
        for (int i = Math.max(0, from); i < line.length; i++) {
            if (line[i] == ' ') {
                return i;
            }
        }
        return -1;
    }
}
