package io.kybern.apiserver.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class JoinedPiecesTest {
    private static final byte[] ONE = {1, 2};
    private static final byte[] TWO = {3};

    private final JoinedPieces joined = new JoinedPieces();

    @Test
    void thoseWhoGetTheSamePiecesShareTheirBytes() {
        byte[] first = joined.of(List.of(ONE, TWO));
        assertThat(first).containsExactly(1, 2, 3);
        assertThat(joined.of(List.of(ONE, TWO))).isSameAs(first);
    }

    @Test
    void othersGetTheirOwn() {
        joined.of(List.of(ONE, TWO));
        assertThat(joined.of(List.of(TWO, ONE))).containsExactly(3, 1, 2);
        assertThat(joined.of(List.of(TWO))).containsExactly(3);
        assertThat(joined.of(List.of(TWO, ONE, ONE))).containsExactly(3, 1, 2, 1, 2);
    }

    @Test
    void longContentIsNotHeld() {
        byte[] large = new byte[1 << 20];
        byte[] first = joined.of(List.of(large));
        assertThat(first).hasSize(1 << 20);
        assertThat(joined.of(List.of(large))).isNotSameAs(first);
        ByteBuf chunk = joined.chunk(List.of(large), UnpooledByteBufAllocator.DEFAULT);
        assertThat(chunk.readableBytes()).isEqualTo("100000\r\n".length() + (1 << 20) + "\r\n".length());
        chunk.release();
        assertThat(chunk.refCnt()).isZero();
    }

    @Test
    void chunksOfTheSamePiecesShareTheirBytesUntilOthersCome() {
        List<byte[]> pieces = List.of(new byte[] {'a', 'b'}, new byte[] {'c'});
        ByteBuf first = joined.chunk(pieces, UnpooledByteBufAllocator.DEFAULT);
        ByteBuf second = joined.chunk(pieces, UnpooledByteBufAllocator.DEFAULT);
        assertThat(first.toString(StandardCharsets.US_ASCII)).isEqualTo("3\r\nabc\r\n");
        assertThat(second.memoryAddress()).isEqualTo(first.memoryAddress());
        joined.of(List.of(ONE));
        first.release();
        assertThat(second.toString(StandardCharsets.US_ASCII)).isEqualTo("3\r\nabc\r\n");
        second.release();
        assertThat(second.refCnt()).isZero();
    }

    @Test
    void nothingIsNoChunk() {
        ByteBuf none = joined.chunk(List.of(new byte[0]), UnpooledByteBufAllocator.DEFAULT);
        assertThat(none.isReadable()).isFalse();
    }
}
