package io.kybern.apiserver.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

class CompressionTest {
    private static final byte[] PIECE =
            "0123456789abcdef".repeat(1024).getBytes(java.nio.charset.StandardCharsets.US_ASCII);

    private static ApiRequest request(String path, String encodings) {
        return ApiRequest.of("GET", path, new Headers().add("Accept-Encoding", encodings), Peer.local());
    }

    private static ApiResponse answer(int pieces) {
        return new ApiResponse.Chunks(
                200,
                new Headers(),
                Collections.nCopies(pieces, ByteBuffer.wrap(PIECE)).iterator());
    }

    private static byte[] bytes(ApiResponse response) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        switch (response) {
            case ApiResponse.Full full -> full.body().forEach(out::writeBytes);
            case ApiResponse.Chunks chunks ->
                chunks.pieces().forEachRemaining(piece -> out.writeBytes(Pieces.bytes(piece)));
            default -> throw new IllegalStateException();
        }
        return out.toByteArray();
    }

    @Test
    void longAnswersAreCompressedForWhoAsks() throws IOException {
        ApiResponse compressed = Compression.apply(request("/api/v1/pods", "br, gzip"), answer(1000));
        assertThat(compressed.headers().first("Content-Encoding")).contains("gzip");
        assertThat(compressed.headers().first("Vary")).contains("Accept-Encoding");
        byte[] plain = new GZIPInputStream(new ByteArrayInputStream(bytes(compressed))).readAllBytes();
        assertThat(plain).hasSize(1000 * PIECE.length).endsWith(PIECE);
    }

    @Test
    void shortAnswersAndThoseForOthersStayAsTheyAre() {
        assertThat(Compression.apply(request("/api/v1/pods", "gzip"), answer(2))
                        .headers()
                        .first("Content-Encoding"))
                .isEmpty();
        assertThat(bytes(Compression.apply(request("/api/v1/pods", "gzip"), answer(2))))
                .hasSize(2 * PIECE.length);
        assertThat(Compression.apply(request("/api/v1/pods", "deflate"), answer(1000))
                        .headers()
                        .first("Content-Encoding"))
                .isEmpty();
        assertThat(Compression.apply(request("/metrics", "gzip"), answer(1000))
                        .headers()
                        .first("Content-Encoding"))
                .isEmpty();
    }

    @Test
    void aStreamIsNeverCompressed() {
        ApiResponse watch = new ApiResponse.Stream(200, new Headers(), sink -> {});
        assertThat(Compression.apply(request("/api/v1/pods?watch=1", "gzip"), watch))
                .isSameAs(watch);
    }

    @Test
    void theThresholdIsTheOriginals() {
        ApiResponse.Full just = new ApiResponse.Full(200, new Headers(), List.of(new byte[Compression.THRESHOLD]));
        assertThat(Compression.apply(request("/apis/apps/v1/deployments", "gzip"), just))
                .isSameAs(just);
    }
}
