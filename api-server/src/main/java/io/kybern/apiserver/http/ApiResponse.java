package io.kybern.apiserver.http;

import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.List;

/** What a request is answered with. The listener that received the request carries it out. */
public sealed interface ApiResponse {
    int status();

    Headers headers();

    /** A body that is there, in pieces that need not be joined to be written; they are shared and never modified. */
    record Full(int status, Headers headers, List<byte[]> body) implements ApiResponse {
        public static Full of(int status, Headers headers, byte[] body) {
            return new Full(status, headers, List.of(body));
        }

        public int length() {
            int length = 0;
            for (byte[] piece : body) {
                length += piece.length;
            }
            return length;
        }
    }

    /**
     * A body made piece by piece as the connection takes it, such as a long list.
     *
     * @param pieces of any size, backed by arrays that are shared: neither they nor the buffers' positions are modified
     */
    record Chunks(int status, Headers headers, Iterator<ByteBuffer> pieces) implements ApiResponse {}

    /** A body that goes on until one side ends it, such as a watch. */
    record Stream(int status, Headers headers, Source source) implements ApiResponse {
        /** Where the bytes come from. */
        @FunctionalInterface
        public interface Source {
            /** Starts to write to {@code sink}; returns at once. */
            void start(StreamSink sink);
        }
    }

    /** The connection becomes a pipe of bytes: the other end speaks what the client asked for, this server does not. */
    record Tunnel(Headers headers, TunnelHandler handler) implements ApiResponse {
        @Override
        public int status() {
            return 101;
        }
    }

    /** The connection becomes a WebSocket. */
    record Upgrade(Headers headers, WebSocketHandler handler) implements ApiResponse {
        @Override
        public int status() {
            return 101;
        }
    }
}
