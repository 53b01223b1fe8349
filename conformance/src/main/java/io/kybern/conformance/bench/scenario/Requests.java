package io.kybern.conformance.bench.scenario;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/** What many clients ask one after the other. */
final class Requests {
    private Requests() {}

    /** A request for each number from 0. */
    static Supplier<byte[]> numbered(IntFunction<byte[]> request) {
        AtomicInteger numbers = new AtomicInteger();
        return () -> request.apply(numbers.getAndIncrement());
    }

    /** Requests of so many objects, one after the other, again and again. */
    static Supplier<byte[]> of(int objects, IntFunction<byte[]> request) {
        AtomicInteger numbers = new AtomicInteger();
        return () -> request.apply(Math.floorMod(numbers.getAndIncrement(), objects));
    }
}
