package io.kybern.apiserver.metrics;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** Prometheus' text exposition format, version 0.0.4. Not thread-safe. */
public final class MetricText {
    private final StringBuilder out = new StringBuilder(1 << 16);

    /** Starts a metric; its samples follow. */
    public MetricText metric(String name, String type, String help) {
        out.append("# HELP ").append(name).append(' ').append(help).append('\n');
        out.append("# TYPE ").append(name).append(' ').append(type).append('\n');
        return this;
    }

    /** @param labels names and values in turn */
    public MetricText sample(String name, List<String> labels, double value) {
        out.append(name);
        if (!labels.isEmpty()) {
            out.append('{');
            labels(labels);
            out.append('}');
        }
        return value(value);
    }

    /** The samples of a histogram. */
    public MetricText histogram(String name, List<String> labels, Histogram histogram) {
        long[] counts = histogram.counts();
        long total = 0;
        for (int i = 0; i < counts.length; i++) {
            total += counts[i];
            out.append(name).append("_bucket{");
            labels(labels);
            if (!labels.isEmpty()) {
                out.append(',');
            }
            out.append("le=\"").append(histogram.bound(i)).append("\"}");
            value(total);
        }
        sample(name + "_sum", labels, histogram.sum());
        return sample(name + "_count", labels, total);
    }

    private void labels(List<String> labels) {
        for (int i = 0; i < labels.size(); i += 2) {
            if (i > 0) {
                out.append(',');
            }
            out.append(labels.get(i))
                    .append("=\"")
                    .append(escaped(labels.get(i + 1)))
                    .append('"');
        }
    }

    private static String escaped(String value) {
        return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }

    private MetricText value(double value) {
        out.append(' ');
        if (value == Math.rint(value) && Math.abs(value) < 1e15) {
            out.append((long) value);
        } else {
            out.append(value);
        }
        out.append('\n');
        return this;
    }

    public byte[] bytes() {
        return out.toString().getBytes(StandardCharsets.UTF_8);
    }
}
