package io.kybern.apiserver.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
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
        String accepted = request.header("Accept-Encoding");
        return !accepted.isEmpty()
                && Arrays.stream(accepted.split(","))
                        .anyMatch(coding -> coding.strip().equals("gzip"));
    }

    private static Headers marked(Headers headers) {
        return headers.add("Content-Encoding", "gzip").add("Vary", "Accept-Encoding");
    }

    private static byte[] whole(List<byte[]> pieces) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Stream stream = new Stream(out);
        pieces.forEach(piece -> stream.write(ByteBuffer.wrap(piece)));
        stream.close();
        return out.toByteArray();
    }

    /** Looks ahead until the answer is known to be long, or over. */
    private static ApiResponse chunks(ApiResponse.Chunks chunks) {
        List<ByteBuffer> seen = new ArrayList<>();
        int length = 0;
        Iterator<ByteBuffer> rest = chunks.pieces();
        while (length <= THRESHOLD && rest.hasNext()) {
            ByteBuffer piece = rest.next();
            seen.add(piece);
            length += piece.remaining();
        }
        if (length <= THRESHOLD) {
            return new ApiResponse.Full(
                    chunks.status(),
                    chunks.headers(),
                    seen.stream().map(Pieces::bytes).toList());
        }
        return new ApiResponse.Chunks(chunks.status(), marked(chunks.headers()), new Compressed(seen.iterator(), rest));
    }

    /** Pieces, compressed; each is flushed no sooner than the compressor has something to give. */
    private static final class Compressed implements Iterator<ByteBuffer> {
        private final Iterator<ByteBuffer> first;
        private final Iterator<ByteBuffer> rest;
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();
        private final Stream stream = new Stream(out);
        private boolean ended;

        Compressed(Iterator<ByteBuffer> first, Iterator<ByteBuffer> rest) {
            this.first = first;
            this.rest = rest;
        }

        @Override
        public boolean hasNext() {
            return !ended;
        }

        @Override
        public ByteBuffer next() {
            if (ended) {
                throw new NoSuchElementException();
            }
            while (out.size() < THRESHOLD / 4) {
                ByteBuffer piece = piece();
                if (piece == null) {
                    ended = true;
                    stream.close();
                    break;
                }
                stream.write(piece);
            }
            ByteBuffer compressed = ByteBuffer.wrap(out.toByteArray());
            out.reset();
            return compressed;
        }

        private @Nullable ByteBuffer piece() {
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

        void write(ByteBuffer piece) {
            try {
                gzip.write(piece.array(), piece.arrayOffset() + piece.position(), piece.remaining());
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
