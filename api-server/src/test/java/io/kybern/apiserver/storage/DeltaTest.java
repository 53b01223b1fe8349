package io.kybern.apiserver.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeltaTest {
    private static byte[] roundTrip(byte[] base, byte[] target) {
        byte[] delta = Delta.encode(base, target);
        assertThat(Delta.apply(base, delta)).isEqualTo(target);
        return delta;
    }

    @ParameterizedTest
    @CsvSource({
        "'',''",
        "'',a",
        "a,''",
        "same,same",
        "abcdefghijklmnopqrstuvwxyz,abcdefghijklmnopqrstuvwxyz",
        "abcdefghijklmnopqrstuvwxyz,abcdefghijklm-nopqrstuvwxyz",
        "abcdefghijklm-nopqrstuvwxyz,abcdefghijklmnopqrstuvwxyz",
        "aaaaaaaaaaaaaaaaaaaaaaaa,aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa,aaaaaaaaaaaaaaaaaaaaaaaa",
        "0123456789abcdefghijklmnopqrstuv,ghijklmnopqrstuv0123456789abcdef"
    })
    void theTargetComesBack(String base, String target) {
        roundTrip(base.getBytes(StandardCharsets.UTF_8), target.getBytes(StandardCharsets.UTF_8));
    }

    /** Pieces of the base in any order, some changed, new ones between them. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void whatIsMadeOfPiecesComesBack(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 300; i++) {
            byte[] base = new byte[random.nextInt(1 << random.nextInt(16))];
            random.nextBytes(base);
            ByteArrayOutputStream target = new ByteArrayOutputStream();
            for (int pieces = random.nextInt(12); pieces > 0; pieces--) {
                int from = random.nextInt(base.length + 1);
                byte[] piece = new byte[random.nextInt(base.length - from + 1)];
                System.arraycopy(base, from, piece, 0, piece.length);
                if (random.nextInt(3) == 0 && piece.length > 0) {
                    piece[random.nextInt(piece.length)]++;
                }
                target.writeBytes(piece);
                byte[] fresh = new byte[random.nextInt(20)];
                random.nextBytes(fresh);
                target.writeBytes(fresh);
            }
            roundTrip(base, target.toByteArray());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1_000, 10_000, 100_000, 1_000_000, 3_000_000})
    void aFewChangesTakeLittleWhereverTheyAre(int size) {
        Random random = new Random(size);
        byte[] base = new byte[size];
        random.nextBytes(base);
        ByteArrayOutputStream target = new ByteArrayOutputStream();
        target.write(base, 0, size / 4);
        target.writeBytes(new byte[9]);
        target.write(base, size / 4, size / 4);
        target.write(base, size / 2 + 5, size / 4);
        target.writeBytes(new byte[3]);
        target.write(base, size / 4 * 3 + 5, size - size / 4 * 3 - 5);
        int stride = 8 * (1 + size / 8 / (1 << 15)); // at most so much of a copy isn't found
        assertThat(roundTrip(base, target.toByteArray()).length).isLessThan(60 + 3 * stride);
    }

    @Test
    void strangersComeBack() {
        byte[] base = new byte[5_000];
        byte[] target = new byte[7_000];
        new Random(1).nextBytes(base);
        new Random(2).nextBytes(target);
        assertThat(roundTrip(base, target).length).isLessThan(7_020);
    }
}
