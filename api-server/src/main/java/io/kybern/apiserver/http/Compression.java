package io.kybern.apiserver.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Compresses long answers about objects for clients that ask for it; what goes on, such as a watch, is never compressed.
 * Source of the rule: {@code apiserver/pkg/endpoints/handlers/responsewriters}.
 */
final class Compression {
    /** Shorter answers are sent as they are. */
    static final int THRESHOLD = 128 << 10;

    private Compression() {}

    static ApiResponse apply(ApiRequest request, ApiResponse response) {
        boolean objects = request.path().startsWith("/api/")
                || request.path().startsWith("/apis")
                || request.path().equals("/openapi/v2");
        if (!objects
                || !isWanted(request)
                || response.headers().first("Content-Encoding").isPresent()) {
            return response;
        }
        return switch (response) {
            case ApiResponse.Full full
            when full.length() > THRESHOLD ->
                new ApiResponse.Full(full.status(), marked(full.headers()), List.of(whole(full.body())));
            case ApiResponse.Chunks chunks -> chunks(chunks);
            default -> response;
        };
    }

    private static boolean isWanted(ApiRequest request) {
        return Arrays.stream(request.header("Accept-Encoding").split(","))
                .anyMatch(coding -> coding.strip().equals("gzip"));
    }

    private static Headers marked(Headers headers) {
        return headers.add("Content-Encoding", "gzip").add("Vary", "Accept-Encoding");
    }

    private static byte[] whole(List<byte[]> pieces) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Stream stream = new Stream(out);
        pieces.forEach(stream::write);
        stream.close();
        return out.toByteArray();
    }

    /** Looks ahead until the answer is known to be long, or over. */
    private static ApiResponse chunks(ApiResponse.Chunks chunks) {
        List<byte[]> seen = new ArrayList<>();
        int length = 0;
        Iterator<byte[]> rest = chunks.chunks();
        while (length <= THRESHOLD && rest.hasNext()) {
            byte[] piece = rest.next();
            seen.add(piece);
            length += piece.length;
        }
        if (length <= THRESHOLD) {
            return new ApiResponse.Full(chunks.status(), chunks.headers(), seen);
        }
        return new ApiResponse.Chunks(chunks.status(), marked(chunks.headers()), new Compressed(seen.iterator(), rest));
    }

    /** Pieces, compressed; each is flushed no sooner than the compressor has something to give. */
    private static final class Compressed implements Iterator<byte[]> {
        private final Iterator<byte[]> first;
        private final Iterator<byte[]> rest;
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();
        private final Stream stream = new Stream(out);
        private boolean ended;

        Compressed(Iterator<byte[]> first, Iterator<byte[]> rest) {
            this.first = first;
            this.rest = rest;
        }

        @Override
        public boolean hasNext() {
            return !ended;
        }

        @Override
        public byte[] next() {
            if (ended) {
                throw new NoSuchElementException();
            }
            while (out.size() < THRESHOLD / 4) {
                byte[] piece = piece();
                if (piece == null) {
                    ended = true;
                    stream.close();
                    break;
                }
                stream.write(piece);
            }
            byte[] compressed = out.toByteArray();
            out.reset();
            return compressed;
        }

        private byte @Nullable [] piece() {
            return first.hasNext() ? first.next() : rest.hasNext() ? rest.next() : null;
        }
    }

    /** As fast as it goes, like the original; writes to memory alone. */
    private static final class Stream {
        private final GZIPOutputStream gzip;

        Stream(OutputStream out) {
            try {
                this.gzip = new GZIPOutputStream(out, 8192) {
                    {
                        def.setLevel(Deflater.BEST_SPEED);
                    }
                };
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        void write(byte[] piece) {
            try {
                gzip.write(piece);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        void close() {
            try {
                gzip.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
