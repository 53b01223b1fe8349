package io.kybern.apiserver.registry.core;

import static io.kybern.crd.resource.Trees.flag;
import static io.kybern.crd.resource.Trees.has;
import static io.kybern.crd.resource.Trees.number;
import static io.kybern.crd.resource.Trees.objects;
import static io.kybern.crd.resource.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.resource.Columns;
import io.kybern.crd.resource.TableColumn;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The columns of pods. Source: {@code printPod} of {@code pkg/printers/internalversion}. */
final class PodColumns {
    static final List<TableColumn> ALL = List.of(
            Columns.NAME,
            Columns.string("Ready", 0, pod -> summary(pod).ready()),
            Columns.string("Status", 0, pod -> summary(pod).reason),
            Columns.string("Restarts", 0, (pod, now) -> summary(pod).restartsText(now)),
            Columns.AGE,
            Columns.string(
                    "IP",
                    1,
                    pod -> orNone(text(pod.path("status").path("podIPs").path(0), "ip"))),
            Columns.string("Node", 1, pod -> orNone(text(pod, "spec", "nodeName"))),
            Columns.string("Nominated Node", 1, pod -> orNone(text(pod, "status", "nominatedNodeName"))),
            Columns.string("Readiness Gates", 1, PodColumns::readinessGates));

    private final JsonNode spec;
    private final JsonNode status;
    private final Set<String> sidecars = new HashSet<>();
    private String reason;
    private long restarts;
    private long sidecarRestarts;
    private String lastRestart = "";
    private String lastSidecarRestart = "";
    private int readyContainers;
    private int totalContainers;

    private PodColumns(ObjectNode pod) {
        spec = pod.path("spec");
        status = pod.path("status");
        reason = text(status, "reason").isEmpty() ? text(status, "phase") : text(status, "reason");
    }

    private static PodColumns summary(ObjectNode pod) {
        PodColumns summary = new PodColumns(pod);
        summary.compute(text(pod, "metadata", "deletionTimestamp"));
        return summary;
    }

    private void compute(String deletionTimestamp) {
        for (ObjectNode condition : objects(status.path("conditions"))) {
            if (text(condition, "type").equals("PodScheduled")
                    && text(condition, "reason").equals("SchedulingGated")) {
                reason = "SchedulingGated";
            }
        }
        totalContainers = spec.path("containers").size();
        for (ObjectNode container : objects(spec.path("initContainers"))) {
            if (text(container, "restartPolicy").equals("Always")) {
                sidecars.add(text(container, "name"));
                totalContainers++;
            }
        }
        if (!initializing() || hasTrueCondition("Initialized")) {
            containers();
        }
        if (!deletionTimestamp.isEmpty()) {
            String phase = text(status, "phase");
            if (text(status, "reason").equals("NodeLost")) {
                reason = "Unknown";
            } else if (!phase.equals("Failed") && !phase.equals("Succeeded")) {
                reason = "Terminating";
            }
        }
    }

    /** Looks at init containers up to the first that is not done; answers whether there is one. */
    private boolean initializing() {
        List<ObjectNode> statuses = objects(status.path("initContainerStatuses"));
        for (int i = 0; i < statuses.size(); i++) {
            ObjectNode container = statuses.get(i);
            boolean sidecar = sidecars.contains(text(container, "name"));
            restarts += number(container, "restartCount");
            String finished = text(container, "lastState", "terminated", "finishedAt");
            lastRestart = later(lastRestart, finished);
            if (sidecar) {
                sidecarRestarts += number(container, "restartCount");
                lastSidecarRestart = later(lastSidecarRestart, finished);
            }
            JsonNode state = container.path("state");
            boolean terminated = state.has("terminated");
            if (terminated && number(state, "terminated", "exitCode") == 0) {
                continue;
            }
            if (sidecar && flag(container, "started")) {
                readyContainers += flag(container, "ready") ? 1 : 0;
                continue;
            }
            String waiting = text(state, "waiting", "reason");
            if (terminated) {
                reason = "Init:" + terminatedReason(state.path("terminated"));
            } else if (!waiting.isEmpty() && !waiting.equals("PodInitializing")) {
                reason = "Init:" + waiting;
            } else {
                reason = "Init:" + i + "/" + spec.path("initContainers").size();
            }
            return true;
        }
        return false;
    }

    private void containers() {
        restarts = sidecarRestarts;
        lastRestart = lastSidecarRestart;
        boolean running = false;
        String errorReason = "";
        List<ObjectNode> statuses = objects(status.path("containerStatuses"));
        for (ObjectNode container : statuses.reversed()) {
            restarts += number(container, "restartCount");
            lastRestart = later(lastRestart, text(container, "lastState", "terminated", "finishedAt"));
            JsonNode state = container.path("state");
            if (!text(state, "waiting", "reason").isEmpty()) {
                reason = text(state, "waiting", "reason");
            } else if (state.has("terminated")) {
                reason = terminatedReason(state.path("terminated"));
                if (number(state, "terminated", "exitCode") != 0) {
                    errorReason = reason;
                }
            } else if (flag(container, "ready") && has(state, "running")) {
                running = true;
                readyContainers++;
            }
        }
        if (reason.equals("Completed")) {
            if (running && hasTrueCondition("Ready")) {
                reason = "Running";
            } else if (!errorReason.isEmpty()) {
                reason = errorReason;
            } else if (running) {
                reason = "NotReady";
            }
        }
    }

    private static String terminatedReason(JsonNode terminated) {
        if (!text(terminated, "reason").isEmpty()) {
            return text(terminated, "reason");
        }
        long signal = number(terminated, "signal");
        return signal != 0 ? "Signal:" + signal : "ExitCode:" + number(terminated, "exitCode");
    }

    private boolean hasTrueCondition(String type) {
        return objects(status.path("conditions")).stream()
                .anyMatch(c -> text(c, "type").equals(type) && text(c, "status").equals("True"));
    }

    private String ready() {
        return readyContainers + "/" + totalContainers;
    }

    private String restartsText(Instant now) {
        return restarts == 0 || lastRestart.isEmpty()
                ? Long.toString(restarts)
                : restarts + " (" + Columns.age(lastRestart, now) + " ago)";
    }

    private static String readinessGates(ObjectNode pod) {
        List<ObjectNode> gates = objects(pod.path("spec").path("readinessGates"));
        if (gates.isEmpty()) {
            return "<none>";
        }
        List<ObjectNode> conditions = objects(pod.path("status").path("conditions"));
        long passed = gates.stream()
                .filter(gate -> conditions.stream()
                        .filter(c -> text(c, "type").equals(text(gate, "conditionType")))
                        .findFirst()
                        .filter(c -> text(c, "status").equals("True"))
                        .isPresent())
                .count();
        return passed + "/" + gates.size();
    }

    /** RFC 3339 times in UTC sort as text. */
    private static String later(String a, String b) {
        return a.compareTo(b) >= 0 ? a : b;
    }

    private static String orNone(String text) {
        return text.isEmpty() ? "<none>" : text;
    }
}
