package io.kybern.conformance.bench.scenario;

import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/** What is written to a bare store: values of 1 KiB that no compression makes smaller, under 100,000 keys in turn. */
final class StoreValues {
    private static final int KEYS = 100_000;
    private static final int BYTES = 1_024;

    private final AtomicInteger numbers = new AtomicInteger();
    private final byte[] value = new byte[BYTES];

    StoreValues() {
        new Random(1).nextBytes(value);
    }

    String key() {
        return "/registry/bench/" + Math.floorMod(numbers.getAndIncrement(), KEYS);
    }

    byte[] value() {
        return value;
    }
}
