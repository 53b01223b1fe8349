package io.kybern.apiserver.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** Gathers the pieces of a long body into what is written at once. */
final class Pieces {
    /** A write of this size costs little more for each byte than a longer one. */
    private static final int CHUNK = 32 << 10;

    /** Shorter pieces are cheaper copied than kept track of. */
    private static final int WORTH_SHARING = 1 << 10;

    private Pieces() {}

    /** The next pieces, until there is enough of them or none is left. */
    static ByteBuf chunk(Iterator<ByteBuffer> pieces) {
        List<ByteBuffer> taken = new ArrayList<>();
        int length = 0;
        while (length < CHUNK && pieces.hasNext()) {
            ByteBuffer piece = pieces.next();
            taken.add(piece);
            length += piece.remaining();
        }
        return length / Math.max(1, taken.size()) >= WORTH_SHARING
                ? Unpooled.wrappedBuffer(taken.toArray(ByteBuffer[]::new))
                : copy(taken, length);
    }

    private static ByteBuf copy(List<ByteBuffer> pieces, int length) {
        ByteBuf out = UnpooledByteBufAllocator.DEFAULT.heapBuffer(length, length); // not zeroed before
        for (ByteBuffer piece : pieces) {
            out.writeBytes(piece.array(), piece.arrayOffset() + piece.position(), piece.remaining());
        }
        return out;
    }

    /** The bytes of one piece, shared if it is a whole array. */
    static byte[] bytes(ByteBuffer piece) {
        if (piece.arrayOffset() == 0 && piece.position() == 0 && piece.limit() == piece.array().length) {
            return piece.array();
        }
        byte[] out = new byte[piece.remaining()];
        piece.duplicate().get(out);
        return out;
    }
}
