package io.kybern.apiserver.registry.conversion;

import static io.kybern.crd.resource.Trees.at;
import static io.kybern.crd.resource.Trees.has;
import static io.kybern.crd.resource.Trees.object;
import static io.kybern.crd.resource.Trees.objects;
import static io.kybern.crd.resource.Trees.set;
import static io.kybern.crd.resource.Trees.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.registry.Conversion;
import java.util.List;

/**
 * HorizontalPodAutoscalers of {@code autoscaling/v1}, stored as {@code v2}. What v1 has no field for travels in annotations,
 * in v1's own form of metrics. Source: {@code pkg/apis/autoscaling/v1/conversion.go}.
 */
public final class HorizontalPodAutoscalerConversion implements Conversion {
    private static final String METRICS = "autoscaling.alpha.kubernetes.io/metrics";
    private static final String CURRENT_METRICS = "autoscaling.alpha.kubernetes.io/current-metrics";
    private static final String CONDITIONS = "autoscaling.alpha.kubernetes.io/conditions";
    private static final String BEHAVIOR = "autoscaling.alpha.kubernetes.io/behavior";
    private static final List<String> ANNOTATIONS = List.of(METRICS, CURRENT_METRICS, CONDITIONS, BEHAVIOR);
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    /** Apart, so that a start does without it. */
    private static final class Mapper {
        static final ObjectMapper JSON = new ObjectMapper();
    }

    private static final long DEFAULT_UTILIZATION = 80;

    @Override
    public ObjectNode toStorage(ObjectNode served) {
        ObjectNode spec = object(served, "spec");
        ObjectNode status = object(served, "status");
        JsonNode annotations = at(served, "metadata", "annotations");
        ArrayNode metrics = NODES.arrayNode();
        decoded(annotations, METRICS).forEach(m -> metrics.add(MetricForms.specToV2(m)));
        JsonNode utilization = spec.path("targetCPUUtilizationPercentage");
        if (!utilization.isMissingNode() || metrics.isEmpty()) {
            metrics.add(cpu(utilization.asLong(DEFAULT_UTILIZATION)));
        }
        spec.set("metrics", metrics);
        spec.remove("targetCPUUtilizationPercentage");
        if (decoded(annotations, BEHAVIOR) instanceof ObjectNode behavior && !behavior.isEmpty()) {
            spec.set("behavior", MetricForms.behaviorToV2(behavior));
        }
        JsonNode current = status.path("currentCPUUtilizationPercentage");
        if (annotations.has(CURRENT_METRICS)) {
            ArrayNode list = status.putArray("currentMetrics");
            decoded(annotations, CURRENT_METRICS).forEach(m -> list.add(MetricForms.statusToV2(m)));
        } else if (!current.isMissingNode()) {
            ObjectNode metric = status.putArray("currentMetrics").addObject().put("type", "Resource");
            metric.putObject("resource").put("name", "cpu").putObject("current").set("averageUtilization", current);
        }
        status.remove("currentCPUUtilizationPercentage");
        if (annotations.has(CONDITIONS)) {
            status.set("conditions", decoded(annotations, CONDITIONS));
        }
        dropAnnotations(served);
        return served;
    }

    private static ObjectNode cpu(long utilization) {
        ObjectNode metric = NODES.objectNode().put("type", "Resource");
        metric.putObject("resource")
                .put("name", "cpu")
                .putObject("target")
                .put("type", "Utilization")
                .put("averageUtilization", utilization);
        return metric;
    }

    private static JsonNode decoded(JsonNode annotations, String name) {
        if (!annotations.has(name)) {
            return NODES.arrayNode();
        }
        try {
            return Mapper.JSON.readTree(text(annotations, name));
        } catch (JsonProcessingException e) {
            return NODES.arrayNode();
        }
    }

    private static void dropAnnotations(ObjectNode object) {
        if (at(object, "metadata", "annotations") instanceof ObjectNode annotations) {
            annotations.remove(ANNOTATIONS);
            if (annotations.isEmpty()) {
                object(object, "metadata").remove("annotations");
            }
        }
    }

    @Override
    public ObjectNode fromStorage(ObjectNode stored) {
        dropAnnotations(stored);
        ObjectNode spec = object(stored, "spec");
        ObjectNode status = object(stored, "status");
        ObjectNode annotations = NODES.objectNode();
        ArrayNode others = NODES.arrayNode();
        for (ObjectNode metric : objects(spec.path("metrics"))) {
            if (isCpuUtilization(metric)) {
                if (!spec.has("targetCPUUtilizationPercentage")) {
                    set(spec, "targetCPUUtilizationPercentage", at(metric, "resource", "target", "averageUtilization"));
                }
            } else {
                others.add(MetricForms.specToV1(metric));
            }
        }
        put(annotations, METRICS, others);
        ArrayNode current = NODES.arrayNode();
        for (ObjectNode metric : objects(status.path("currentMetrics"))) {
            current.add(MetricForms.statusToV1(metric));
            if (text(metric, "resource", "name").equals("cpu")
                    && has(metric, "resource", "current", "averageUtilization")) {
                status.set("currentCPUUtilizationPercentage", at(metric, "resource", "current", "averageUtilization"));
            }
        }
        put(annotations, CURRENT_METRICS, current);
        if (spec.get("behavior") instanceof ObjectNode behavior) {
            annotations.put(BEHAVIOR, MetricForms.behaviorToV1(behavior).toString());
        }
        put(annotations, CONDITIONS, status.path("conditions"));
        spec.remove(List.of("metrics", "behavior"));
        status.remove(List.of("currentMetrics", "conditions"));
        if (!annotations.isEmpty()) {
            object(object(stored, "metadata"), "annotations").setAll(annotations);
        }
        return stored;
    }

    private static boolean isCpuUtilization(ObjectNode metric) {
        return text(metric, "type").equals("Resource")
                && text(metric, "resource", "name").equals("cpu")
                && has(metric, "resource", "target", "averageUtilization");
    }

    private static void put(ObjectNode annotations, String name, JsonNode list) {
        if (!list.isEmpty()) {
            annotations.put(name, list.toString());
        }
    }
}
