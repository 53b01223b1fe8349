package io.kybern.apiserver.http;

import static org.assertj.core.api.Assertions.assertThat;

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
    }
}
