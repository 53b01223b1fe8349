package io.kybern.apiserver.metrics;

import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;

/** Everything that is counted of requests of one sort. Bounds are the original's: apiserver/pkg/endpoints/metrics. */
final class RequestSeries {
    private static final double[] SECONDS = {
        0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60
    };
    private static final double[] BYTES = {1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9};
    private static final int FIRST_CODE = 100;
    private static final int CODES = 500;

    /**
     * A sort of requests: the labels that they share.
     *
     * @param verb as metrics name it: {@code LIST}, {@code APPLY}
     */
    record Key(
            String verb,
            String dryRun,
            String group,
            String version,
            String resource,
            String subresource,
            String scope,
            String component) {
        static Key other(String verb) {
            return new Key(verb, "", "", "", "", "", "", "");
        }

        List<String> labels() {
            return List.of(
                    "component",
                    component,
                    "group",
                    group,
                    "resource",
                    resource,
                    "scope",
                    scope,
                    "subresource",
                    subresource,
                    "verb",
                    verb,
                    "version",
                    version);
        }

        List<String> labelsWithDryRun() {
            return List.of(
                    "component",
                    component,
                    "dry_run",
                    dryRun,
                    "group",
                    group,
                    "resource",
                    resource,
                    "scope",
                    scope,
                    "subresource",
                    subresource,
                    "verb",
                    verb,
                    "version",
                    version);
        }
    }

    final Histogram duration = new Histogram(SECONDS);
    final Histogram sizes = new Histogram(BYTES);
    final LongAdder running = new LongAdder();
    private final AtomicReferenceArray<LongAdder> codes = new AtomicReferenceArray<>(CODES);

    void count(int code) {
        int index = Math.clamp(code - FIRST_CODE, 0, CODES - 1);
        LongAdder adder = codes.get(index);
        if (adder == null) {
            codes.compareAndSet(index, null, new LongAdder());
            adder = codes.get(index);
        }
        adder.increment();
    }

    interface CodeCount {
        void accept(int code, long count);
    }

    void eachCode(CodeCount consumer) {
        for (int i = 0; i < CODES; i++) {
            LongAdder adder = codes.get(i);
            if (adder != null) {
                consumer.accept(i + FIRST_CODE, adder.sum());
            }
        }
    }
}
