package io.kybern.apiserver.registry.conversion;

import static io.kybern.crd.resource.Trees.at;
import static io.kybern.crd.resource.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Metrics of autoscalers: flat in v1, with metric, target and current value as objects in v2. */
final class MetricForms {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final List<String> SOURCES = List.of("object", "pods", "resource", "containerResource", "external");

    private MetricForms() {}

    private static void copy(JsonNode value, ObjectNode to, String field) {
        if (!value.isMissingNode() && !value.isNull()) {
            to.set(field, value);
        }
    }

    static ObjectNode specToV1(ObjectNode metric) {
        ObjectNode out = NODES.objectNode().put("type", text(metric, "type"));
        for (String source : SOURCES) {
            if (metric.get(source) instanceof ObjectNode from) {
                ObjectNode to = out.putObject(source);
                JsonNode target = from.path("target");
                switch (source) {
                    case "resource", "containerResource" -> {
                        copy(from.path("name"), to, "name");
                        copy(target.path("averageUtilization"), to, "targetAverageUtilization");
                        copy(target.path("averageValue"), to, "targetAverageValue");
                        copy(from.path("container"), to, "container");
                    }
                    case "pods" -> {
                        copy(at(from, "metric", "name"), to, "metricName");
                        to.put("targetAverageValue", orZero(target.path("averageValue")));
                        copy(at(from, "metric", "selector"), to, "selector");
                    }
                    case "object" -> {
                        copy(from.path("describedObject"), to, "target");
                        copy(at(from, "metric", "name"), to, "metricName");
                        to.put("targetValue", orZero(target.path("value")));
                        copy(at(from, "metric", "selector"), to, "selector");
                        copy(target.path("averageValue"), to, "averageValue");
                    }
                    default -> {
                        copy(at(from, "metric", "name"), to, "metricName");
                        copy(at(from, "metric", "selector"), to, "metricSelector");
                        copy(target.path("value"), to, "targetValue");
                        copy(target.path("averageValue"), to, "targetAverageValue");
                    }
                }
            }
        }
        return out;
    }

    private static String orZero(JsonNode quantity) {
        return quantity.isMissingNode() ? "0" : quantity.asText();
    }

    static ObjectNode specToV2(JsonNode metric) {
        ObjectNode out = NODES.objectNode().put("type", text(metric, "type"));
        for (String source : SOURCES) {
            if (metric.path(source) instanceof ObjectNode from) {
                ObjectNode to = out.putObject(source);
                ObjectNode target = NODES.objectNode();
                switch (source) {
                    case "resource", "containerResource" -> {
                        copy(from.path("name"), to, "name");
                        copy(from.path("container"), to, "container");
                        boolean utilization = from.has("targetAverageUtilization");
                        target.put("type", utilization ? "Utilization" : "AverageValue");
                        copy(from.path("targetAverageUtilization"), target, "averageUtilization");
                        copy(from.path("targetAverageValue"), target, "averageValue");
                    }
                    case "pods" -> {
                        metric(from, "selector", to);
                        target.put("type", "AverageValue");
                        copy(from.path("targetAverageValue"), target, "averageValue");
                    }
                    case "object" -> {
                        copy(from.path("target"), to, "describedObject");
                        metric(from, "selector", to);
                        boolean average = from.has("averageValue");
                        target.put("type", average ? "AverageValue" : "Value");
                        if (!average || !text(from, "targetValue").equals("0")) {
                            copy(from.path("targetValue"), target, "value");
                        }
                        copy(from.path("averageValue"), target, "averageValue");
                    }
                    default -> {
                        metric(from, "metricSelector", to);
                        target.put("type", from.has("targetValue") ? "Value" : "AverageValue");
                        copy(from.path("targetValue"), target, "value");
                        copy(from.path("targetAverageValue"), target, "averageValue");
                    }
                }
                to.set("target", target);
            }
        }
        return out;
    }

    private static void metric(ObjectNode from, String selector, ObjectNode to) {
        ObjectNode metric = to.putObject("metric");
        copy(from.path("metricName"), metric, "name");
        copy(from.path(selector), metric, "selector");
    }

    static ObjectNode statusToV1(ObjectNode metric) {
        ObjectNode out = NODES.objectNode().put("type", text(metric, "type"));
        for (String source : SOURCES) {
            if (metric.get(source) instanceof ObjectNode from) {
                ObjectNode to = out.putObject(source);
                JsonNode current = from.path("current");
                switch (source) {
                    case "resource", "containerResource" -> {
                        copy(from.path("name"), to, "name");
                        copy(current.path("averageUtilization"), to, "currentAverageUtilization");
                        to.put("currentAverageValue", orZero(current.path("averageValue")));
                        copy(from.path("container"), to, "container");
                    }
                    case "pods" -> {
                        copy(at(from, "metric", "name"), to, "metricName");
                        to.put("currentAverageValue", orZero(current.path("averageValue")));
                        copy(at(from, "metric", "selector"), to, "selector");
                    }
                    case "object" -> {
                        copy(from.path("describedObject"), to, "target");
                        copy(at(from, "metric", "name"), to, "metricName");
                        to.put("currentValue", orZero(current.path("value")));
                        copy(at(from, "metric", "selector"), to, "selector");
                        copy(current.path("averageValue"), to, "averageValue");
                    }
                    default -> {
                        copy(at(from, "metric", "name"), to, "metricName");
                        copy(at(from, "metric", "selector"), to, "metricSelector");
                        to.put("currentValue", orZero(current.path("value")));
                        copy(current.path("averageValue"), to, "currentAverageValue");
                    }
                }
            }
        }
        return out;
    }

    static ObjectNode statusToV2(JsonNode metric) {
        ObjectNode out = NODES.objectNode().put("type", text(metric, "type"));
        for (String source : SOURCES) {
            if (metric.path(source) instanceof ObjectNode from) {
                ObjectNode to = out.putObject(source);
                ObjectNode current = NODES.objectNode();
                switch (source) {
                    case "resource", "containerResource" -> {
                        copy(from.path("name"), to, "name");
                        copy(from.path("container"), to, "container");
                        copy(from.path("currentAverageUtilization"), current, "averageUtilization");
                        copy(from.path("currentAverageValue"), current, "averageValue");
                    }
                    case "pods" -> {
                        metric(from, "selector", to);
                        copy(from.path("currentAverageValue"), current, "averageValue");
                    }
                    case "object" -> {
                        copy(from.path("target"), to, "describedObject");
                        metric(from, "selector", to);
                        copy(from.path("currentValue"), current, "value");
                        copy(from.path("averageValue"), current, "averageValue");
                    }
                    default -> {
                        metric(from, "metricSelector", to);
                        copy(from.path("currentValue"), current, "value");
                        copy(from.path("currentAverageValue"), current, "averageValue");
                    }
                }
                to.set("current", current);
            }
        }
        return out;
    }

    /** The annotation holds the original's internal struct: the same members with capitals and nulls. */
    static ObjectNode behaviorToV1(ObjectNode behavior) {
        ObjectNode out = NODES.objectNode();
        for (String direction : List.of("scaleUp", "scaleDown")) {
            JsonNode rules = behavior.path(direction);
            if (rules.isMissingNode()) {
                out.putNull(capital(direction));
                continue;
            }
            ObjectNode to = out.putObject(capital(direction));
            for (String field : List.of("stabilizationWindowSeconds", "selectPolicy")) {
                to.set(capital(field), rules.has(field) ? rules.get(field) : NODES.nullNode());
            }
            ArrayNode policies = to.putArray("Policies");
            for (JsonNode policy : rules.path("policies")) {
                ObjectNode item = policies.addObject();
                policy.propertyStream().forEach(e -> item.set(capital(e.getKey()), e.getValue()));
            }
            to.set("Tolerance", rules.has("tolerance") ? rules.get("tolerance") : NODES.nullNode());
        }
        return out;
    }

    static JsonNode behaviorToV2(JsonNode behavior) {
        if (behavior instanceof ObjectNode object) {
            ObjectNode out = NODES.objectNode();
            object.propertyStream()
                    .filter(e -> !e.getValue().isNull())
                    .forEach(e -> out.set(small(e.getKey()), behaviorToV2(e.getValue())));
            return out;
        }
        if (behavior instanceof ArrayNode array) {
            ArrayNode out = NODES.arrayNode();
            array.forEach(item -> out.add(behaviorToV2(item)));
            return out;
        }
        return behavior;
    }

    private static String capital(String name) {
        return Character.toUpperCase(name.charAt(0)) + name.substring(1);
    }

    private static String small(String name) {
        return Character.toLowerCase(name.charAt(0)) + name.substring(1);
    }
}
