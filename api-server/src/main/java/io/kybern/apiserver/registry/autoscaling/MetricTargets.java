package io.kybern.apiserver.registry.autoscaling;

import static io.kybern.crd.resource.Trees.at;
import static io.kybern.crd.resource.Trees.objects;
import static io.kybern.crd.resource.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** Current and wanted values of an autoscaler's metrics as its table shows them. Source: {@code formatHPAMetrics}. */
final class MetricTargets {
    private static final int SHOWN = 2;

    private MetricTargets() {}

    static String describe(ObjectNode autoscaler) {
        List<ObjectNode> specs = objects(at(autoscaler, "spec", "metrics"));
        List<ObjectNode> statuses = objects(at(autoscaler, "status", "currentMetrics"));
        if (specs.isEmpty()) {
            return "<none>";
        }
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < specs.size(); i++) {
            JsonNode status = i < statuses.size() ? statuses.get(i) : MissingNode.getInstance();
            parts.add(one(specs.get(i), status));
        }
        String shown = String.join(", ", parts.subList(0, Math.min(SHOWN, parts.size())));
        return parts.size() > SHOWN ? shown + " + " + (parts.size() - SHOWN) + " more..." : shown;
    }

    private static String one(ObjectNode spec, JsonNode status) {
        return switch (text(spec, "type")) {
            case "External" -> valueOrAverage(spec.path("external"), status.path("external"));
            case "Object" -> valueOrAverage(spec.path("object"), status.path("object"));
            case "Pods" ->
                shown(at(status, "pods", "current", "averageValue"), status.has("pods")) + "/"
                        + text(spec, "pods", "target", "averageValue");
            case "Resource" -> resource(spec.path("resource"), status.path("resource"));
            case "ContainerResource" -> resource(spec.path("containerResource"), status.path("containerResource"));
            default -> "<unknown type>";
        };
    }

    private static String shown(JsonNode value, boolean known) {
        return known ? value.asText("0") : "<unknown>";
    }

    private static String valueOrAverage(JsonNode spec, JsonNode status) {
        JsonNode average = at(spec, "target", "averageValue");
        if (!average.isMissingNode()) {
            JsonNode current = at(status, "current", "averageValue");
            return shown(current, !current.isMissingNode()) + "/" + average.asText() + " (avg)";
        }
        return shown(at(status, "current", "value"), !status.isMissingNode()) + "/" + text(spec, "target", "value");
    }

    private static String resource(JsonNode spec, JsonNode status) {
        String name = text(spec, "name") + ": ";
        JsonNode average = at(spec, "target", "averageValue");
        if (!average.isMissingNode()) {
            return name + shown(at(status, "current", "averageValue"), !status.isMissingNode()) + "/"
                    + average.asText();
        }
        JsonNode current = at(status, "current", "averageUtilization");
        JsonNode target = at(spec, "target", "averageUtilization");
        return name + (current.isMissingNode() ? "<unknown>" : current.asText() + "%") + "/"
                + (target.isMissingNode() ? "<auto>" : target.asText() + "%");
    }
}
