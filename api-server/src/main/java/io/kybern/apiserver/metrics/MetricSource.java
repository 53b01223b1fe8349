package io.kybern.apiserver.metrics;

/** Has something to tell at {@code /metrics}. Called from any thread, beside the counting. */
@FunctionalInterface
public interface MetricSource {
    void writeTo(MetricText out);
}
