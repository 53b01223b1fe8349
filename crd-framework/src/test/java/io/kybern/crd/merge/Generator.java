package io.kybern.crd.merge;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.LongStream;

/** Random values for tests of laws: the same for the same seed, which names the test that fails. */
final class Generator {
    private static final int TRIES = 400;

    private final Random random;

    Generator(long seed) {
        this.random = new Random(seed);
    }

    static LongStream seeds() {
        return LongStream.range(0, TRIES);
    }

    <T> T of(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    <T> List<T> list(int least, int most, Function<Generator, T> element) {
        int size = least + random.nextInt(most - least + 1);
        List<T> list = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            list.add(element.apply(this));
        }
        return list;
    }
}
