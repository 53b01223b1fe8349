package io.kybern.apiserver.http;

import io.netty.util.concurrent.FastThreadLocal;
import java.util.List;

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
    };

    private List<byte[]> pieces = List.of();
    private byte[] joined = new byte[0];

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
            pieces = wanted;
            joined = bytes;
        }
        return bytes;
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
