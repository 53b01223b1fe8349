package io.kybern.apiserver.storage;

import java.io.ByteArrayOutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Bytes as what to change in other bytes: for one revision of an object by the next, of which most is the same.
 *
 * <pre>
 *   length of the target, then until it is reached:
 *   n, n new bytes   m, where they begin in the base (from the end of the copy before), m bytes to copy
 * </pre>
 *
 * Numbers take seven bits a byte, the lowest first. What both begin and end with is found by comparing, what is the same in
 * between by a table of the base's pieces of eight bytes, as LZ77 does; unlike Deflate's it reaches over the whole object.
 */
final class Delta {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    /** Bytes of a piece. */
    private static final int PIECE = Long.BYTES;
    /** A copy that is shorter takes as much as its bytes. */
    private static final int LEAST_COPY = 12;

    private static final int MOST_PIECES = 1 << 15;
    private static final long MIX = 0x9E3779B97F4A7C15L;

    private final byte[] base;
    private final byte[] target;
    private final Output out = new Output();
    /** Target bytes up to here are written. */
    private int written;
    /** The base's byte behind the last copy. */
    private int expected;

    private Delta(byte[] base, byte[] target) {
        this.base = base;
        this.target = target;
    }

    static byte[] encode(byte[] base, byte[] target) {
        return new Delta(base, target).encode();
    }

    private byte[] encode() {
        out.number(target.length);
        int start = Arrays.mismatch(base, target);
        if (start < 0) {
            start = target.length;
        }
        copy(0, 0, start);
        int most = Math.min(base.length, target.length) - start;
        int same = 0;
        while (same < most && base[base.length - 1 - same] == target[target.length - 1 - same]) {
            same++;
        }
        middle(start, base.length - same, target.length - same);
        copy(base.length - same, target.length - same, same);
        insert(target.length);
        return out.toByteArray();
    }

    /** What lies between the common begin and end. */
    private void middle(int start, int baseEnd, int targetEnd) {
        int pieces = (baseEnd - start) / PIECE;
        if (pieces == 0) {
            return;
        }
        int stride = PIECE * (1 + pieces / MOST_PIECES);
        int bits = 33 - Integer.numberOfLeadingZeros(Math.min(pieces, MOST_PIECES));
        int[] table = new int[1 << bits]; // where a piece begins, and one
        for (int at = start; at + PIECE <= baseEnd; at += stride) {
            table[slot(piece(base, at), bits)] = at + 1;
        }
        int at = start;
        while (at + PIECE <= targetEnd) {
            long piece = piece(target, at);
            int found = table[slot(piece, bits)] - 1;
            if (found < 0 || piece(base, found) != piece) {
                at++;
                continue;
            }
            int before = sameBefore(found, at);
            int length = before + sameFrom(found, at, baseEnd, targetEnd);
            if (length >= LEAST_COPY) {
                copy(found - before, at - before, length);
                at = written;
            } else {
                at++;
            }
        }
    }

    private int sameBefore(int found, int at) {
        int most = Math.min(at - written, found);
        int same = 0;
        while (same < most && base[found - 1 - same] == target[at - 1 - same]) {
            same++;
        }
        return same;
    }

    private int sameFrom(int found, int at, int baseEnd, int targetEnd) {
        int most = Math.min(baseEnd - found, targetEnd - at);
        int same = Arrays.mismatch(base, found, found + most, target, at, at + most);
        return same < 0 ? most : same;
    }

    private static long piece(byte[] bytes, int at) {
        return (long) LONGS.get(bytes, at);
    }

    private static int slot(long piece, int bits) {
        return (int) (piece * MIX >>> 64 - bits);
    }

    private void copy(int from, int to, int length) {
        if (length < LEAST_COPY) {
            return;
        }
        insert(to);
        out.number(length);
        int jump = from - expected;
        out.number(jump << 1 ^ jump >> 31);
        written = to + length;
        expected = from + length;
    }

    private void insert(int to) {
        if (written == target.length) {
            return;
        }
        out.number(to - written);
        out.write(target, written, to - written);
        written = to;
    }

    private static final class Output extends ByteArrayOutputStream {
        Output() {
            super(128);
        }

        void number(int value) {
            int rest = value;
            while ((rest & ~0x7f) != 0) {
                write(rest & 0x7f | 0x80);
                rest >>>= 7;
            }
            write(rest);
        }
    }

    /** The target again. */
    static byte[] apply(byte[] base, byte[] delta) {
        Input in = new Input(delta);
        byte[] target = new byte[in.number()];
        int to = 0;
        int from = 0;
        while (to < target.length) {
            int fresh = in.number();
            System.arraycopy(delta, in.at, target, to, fresh);
            in.at += fresh;
            to += fresh;
            if (to < target.length) {
                int length = in.number();
                int jump = in.number();
                from += jump >>> 1 ^ -(jump & 1);
                System.arraycopy(base, from, target, to, length);
                from += length;
                to += length;
            }
        }
        return target;
    }

    private static final class Input {
        private final byte[] bytes;
        private int at;

        Input(byte[] bytes) {
            this.bytes = bytes;
        }

        int number() {
            int value = 0;
            for (int shift = 0; ; shift += 7) {
                byte next = bytes[at++];
                value |= (next & 0x7f) << shift;
                if (next >= 0) {
                    return value;
                }
            }
        }
    }
}
