package io.kybern.apiserver.health;

import io.kybern.apiserver.endpoint.PathEndpoint;
import io.kybern.apiserver.http.ApiRequest;
import io.kybern.apiserver.http.ApiResponse;
import io.kybern.apiserver.metrics.MetricSource;
import io.kybern.apiserver.metrics.MetricText;
import io.kybern.apiserver.negotiation.Encoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** {@code /healthz}, {@code /livez}, {@code /readyz} and a path a check. Source: apiserver/pkg/server/healthz. */
public final class HealthEndpoint implements PathEndpoint, MetricSource {
    private final List<HealthCheck> checks;
    private final CheckCounts counts = new CheckCounts();

    public HealthEndpoint(List<HealthCheck> checks) {
        this.checks = List.copyOf(checks);
    }

    public List<HealthCheck> checks() {
        return checks;
    }

    /** What is wrong now, by the name of the check; empty where the probe says 200. */
    public Map<String, String> problems(HealthCheck.Probe probe) {
        Map<String, String> problems = new LinkedHashMap<>();
        checks.stream()
                .filter(check -> check.probes().contains(probe))
                .forEach(check -> ask(check, probe).ifPresent(problem -> problems.put(check.name(), problem)));
        return problems;
    }

    /** The paths served: the probes, and below each of them its checks. */
    public List<String> paths() {
        List<String> out = new ArrayList<>();
        for (HealthCheck.Probe probe : HealthCheck.Probe.values()) {
            out.add(probe.path());
            checks.stream()
                    .filter(check -> check.probes().contains(probe))
                    .forEach(check -> out.add(probe.path() + "/" + check.name()));
        }
        return out;
    }

    @Override
    public ApiResponse serve(ApiRequest request) {
        return probe(request).orElseGet(PathEndpoint::notFound);
    }

    @Override
    public void writeTo(MetricText out) {
        counts.writeTo(out);
    }

    private Optional<String> ask(HealthCheck check, HealthCheck.Probe probe) {
        Optional<String> problem = check.problem();
        counts.add(check.name(), probe, problem.isEmpty());
        return problem;
    }

    private Optional<ApiResponse> probe(ApiRequest request) {
        String path = request.path();
        for (HealthCheck.Probe probe : HealthCheck.Probe.values()) {
            if (path.equals(probe.path())) {
                return Optional.of(all(request, probe));
            }
            if (path.startsWith(probe.path() + "/")) {
                return one(path.substring(probe.path().length() + 1), probe);
            }
        }
        return Optional.empty();
    }

    private Optional<ApiResponse> one(String name, HealthCheck.Probe probe) {
        return checks.stream()
                .filter(c -> c.probes().contains(probe) && c.name().equals(name))
                .findFirst()
                .map(check -> {
                    Optional<String> problem = ask(check, probe);
                    if (problem.isPresent()) {
                        return Encoder.text(500, "internal server error: " + problem.get() + "\n");
                    }
                    return ApiResponse.Full.of(
                            200,
                            Encoder.contentType("text/plain; charset=utf-8"),
                            "ok".getBytes(StandardCharsets.UTF_8));
                });
    }

    private ApiResponse all(ApiRequest request, HealthCheck.Probe probe) {
        Set<String> excluded = new HashSet<>(request.query().all("exclude"));
        StringBuilder report = new StringBuilder();
        List<String> failed = new ArrayList<>();
        for (HealthCheck check : checks) {
            if (!check.probes().contains(probe)) {
                continue;
            }
            if (excluded.contains(check.name())) {
                report.append("[+]").append(check.name()).append(" excluded: ok\n");
            } else if (ask(check, probe).isPresent()) {
                failed.add(check.name());
                report.append("[-]").append(check.name()).append(" failed: reason withheld\n");
            } else {
                report.append("[+]").append(check.name()).append(" ok\n");
            }
        }
        String name = probe.path().substring(1);
        if (!failed.isEmpty()) {
            return Encoder.text(500, report + name + " check failed\n");
        }
        boolean verbose = request.query().has("verbose");
        return Encoder.text(200, verbose ? report + name + " check passed\n" : "ok");
    }
}
