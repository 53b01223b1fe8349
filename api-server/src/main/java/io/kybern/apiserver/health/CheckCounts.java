package io.kybern.apiserver.health;

import io.kybern.apiserver.metrics.MetricSource;
import io.kybern.apiserver.metrics.MetricText;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;

/** How the checks ended, the last time and over time: what service level indicators are made of. Thread-safe. */
final class CheckCounts implements MetricSource {
    private record Asked(String name, HealthCheck.Probe probe) {
        List<String> labels() {
            return List.of("name", name, "type", probe.path().substring(1));
        }
    }

    private static final class Outcomes {
        private final LongAdder good = new LongAdder();
        private final LongAdder bad = new LongAdder();
        private volatile boolean last;
    }

    private final Map<Asked, Outcomes> outcomes =
            new ConcurrentSkipListMap<>(Comparator.comparing(Asked::name).thenComparing(Asked::probe));

    void add(String name, HealthCheck.Probe probe, boolean well) {
        Outcomes of = outcomes.computeIfAbsent(new Asked(name, probe), asked -> new Outcomes());
        (well ? of.good : of.bad).increment();
        of.last = well;
    }

    @Override
    public void writeTo(MetricText out) {
        out.metric("kubernetes_healthcheck", "gauge", "[STABLE] How a check ended the last time it ran: 1 is well.");
        outcomes.forEach((asked, of) -> out.sample("kubernetes_healthcheck", asked.labels(), of.last ? 1 : 0));
        out.metric("kubernetes_healthchecks_total", "counter", "[STABLE] How often a check ended well and badly.");
        outcomes.forEach((asked, of) -> {
            count(out, asked, "error", of.bad.sum());
            count(out, asked, "success", of.good.sum());
        });
    }

    private static void count(MetricText out, Asked asked, String status, long count) {
        if (count > 0) {
            String type = asked.probe().path().substring(1);
            out.sample(
                    "kubernetes_healthchecks_total",
                    List.of("name", asked.name(), "status", status, "type", type),
                    count);
        }
    }
}
