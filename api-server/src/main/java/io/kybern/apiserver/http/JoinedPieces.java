package io.kybern.apiserver.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.util.concurrent.FastThreadLocal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was joined last on an event loop. A thousand watchers of one collection get the same events one after the other: their bytes are
 * copied together once instead of a thousand times. One for each event loop, used by its thread alone.
 */
final class JoinedPieces {
    /** Longer content isn't held for the next one. */
    private static final int HELD = 256 << 10;

    private static final FastThreadLocal<JoinedPieces> OF_LOOP = new FastThreadLocal<>() {
        @Override
        protected JoinedPieces initialValue() {
            return new JoinedPieces();
        }

        @Override
        protected void onRemoval(JoinedPieces last) {
            last.forget();
        }
    };

    private static final byte[] LINE_END = {'\r', '\n'};

    private List<byte[]> pieces = List.of();
    private byte[] joined = new byte[0];
    private @Nullable ByteBuf chunk;

    /** The one of this thread, which is an event loop's. */
    static JoinedPieces ofLoop() {
        return OF_LOOP.get();
    }

    /** The pieces as one array, the same one for the same pieces as the last time. Neither is changed by anyone. */
    byte[] of(List<byte[]> wanted) {
        if (isLast(wanted)) {
            return joined;
        }
        byte[] bytes = join(wanted);
        if (bytes.length <= HELD) {
            forget();
            pieces = wanted;
            joined = bytes;
        }
        return bytes;
    }

    /**
     * The pieces as one chunk of an HTTP/1.1 body, off the heap, where it is encrypted from. The caller releases it; its bytes are
     * those of the last time for the same pieces. Of no bytes there is no chunk, since an empty one would end the body.
     */
    ByteBuf chunk(List<byte[]> wanted, ByteBufAllocator allocator) {
        byte[] bytes = of(wanted);
        if (bytes.length == 0) {
            return Unpooled.EMPTY_BUFFER;
        }
        if (bytes != joined) {
            return chunk(bytes, allocator);
        }
        ByteBuf framed = chunk;
        if (framed == null) {
            framed = chunk(bytes, allocator);
            chunk = framed;
        }
        return framed.retainedDuplicate();
    }

    private static ByteBuf chunk(byte[] bytes, ByteBufAllocator allocator) {
        byte[] size = Integer.toHexString(bytes.length).getBytes(StandardCharsets.US_ASCII);
        return allocator
                .directBuffer(size.length + bytes.length + 2 * LINE_END.length)
                .writeBytes(size)
                .writeBytes(LINE_END)
                .writeBytes(bytes)
                .writeBytes(LINE_END);
    }

    private void forget() {
        ByteBuf framed = chunk;
        chunk = null;
        if (framed != null) {
            framed.release();
        }
    }

    private boolean isLast(List<byte[]> wanted) {
        if (wanted.size() != pieces.size()) {
            return false;
        }
        for (int i = 0; i < wanted.size(); i++) {
            if (wanted.get(i) != pieces.get(i)) {
                return false;
            }
        }
        return true;
    }

    static byte[] join(List<byte[]> pieces) {
        int length = 0;
        for (byte[] piece : pieces) {
            length += piece.length;
        }
        byte[] joined = new byte[length];
        int at = 0;
        for (byte[] piece : pieces) {
            System.arraycopy(piece, 0, joined, at, piece.length);
            at += piece.length;
        }
        return joined;
    }
}
