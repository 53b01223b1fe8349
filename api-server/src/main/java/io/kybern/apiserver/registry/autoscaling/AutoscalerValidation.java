package io.kybern.apiserver.registry.autoscaling;

import static io.kybern.crd.resource.Trees.at;
import static io.kybern.crd.resource.Trees.number;
import static io.kybern.crd.resource.Trees.objects;
import static io.kybern.crd.resource.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.registry.podspec.ResourceValidation;
import io.kybern.crd.field.FieldChecks;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.label.LabelSelectors;
import io.kybern.crd.name.Names;
import io.kybern.crd.value.Quantity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Specs of HorizontalPodAutoscalers. Source: {@code pkg/apis/autoscaling/validation}. */
final class AutoscalerValidation {
    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final List<String> SOURCES = List.of("object", "external", "pods", "resource", "containerResource");
    private static final Map<String, String> SOURCE_OF_TYPE = Map.of(
            "Object", "object",
            "External", "external",
            "Pods", "pods",
            "Resource", "resource",
            "ContainerResource", "containerResource");
    private static final List<String> TYPES = List.of("ContainerResource", "External", "Object", "Pods", "Resource");

    private AutoscalerValidation() {}

    /** @param anyVersion whether the target's apiVersion may be whatever it is */
    static void validate(JsonNode spec, boolean anyVersion, FieldErrors errors) {
        long minimum = number(spec, "minReplicas");
        long maximum = number(spec, "maxReplicas");
        if (spec.has("minReplicas") && minimum < 1) {
            errors.invalid(SPEC.child("minReplicas"), minimum, "must be greater than or equal to 1");
        }
        if (maximum == 0) {
            errors.required(SPEC.child("maxReplicas"), "must be set and greater than 0");
        } else if (maximum < 1) {
            errors.invalid(SPEC.child("maxReplicas"), maximum, "must be greater than or equal to 1");
        }
        if (spec.has("minReplicas") && maximum < minimum) {
            errors.invalid(SPEC.child("maxReplicas"), maximum, "must be greater than or equal to `minReplicas`");
        }
        JsonNode target = spec.path("scaleTargetRef");
        boolean coreAllowed = text(target, "kind").equals("ReplicationController");
        reference(target, anyVersion, coreAllowed, SPEC.child("scaleTargetRef"), errors);
        metrics(spec, errors);
        for (String direction : List.of("scaleUp", "scaleDown")) {
            JsonNode rules = at(spec, "behavior", direction);
            if (!rules.isMissingNode()) {
                rules(rules, SPEC.child("behavior").child(direction), errors);
            }
        }
    }

    private static void reference(
            JsonNode reference, boolean anyVersion, boolean coreAllowed, FieldPath path, FieldErrors errors) {
        for (String field : List.of("kind", "name")) {
            String value = text(reference, field);
            if (value.isEmpty()) {
                errors.required(path.child(field), "");
            } else {
                errors.invalidEach(path.child(field), value, Names.pathSegment(value));
            }
        }
        String version = text(reference, "apiVersion");
        if (anyVersion) {
            return;
        }
        if (version.chars().filter(c -> c == '/').count() > 1) {
            errors.invalid(path.child("apiVersion"), version, "unexpected GroupVersion string: " + version);
        } else if (!coreAllowed && !version.contains("/")) {
            errors.invalid(path.child("apiVersion"), version, "apiVersion must specify API group");
        }
    }

    private static void metrics(JsonNode spec, FieldErrors errors) {
        List<ObjectNode> metrics = objects(spec.path("metrics"));
        boolean toZero = false;
        for (int i = 0; i < metrics.size(); i++) {
            metric(metrics.get(i), SPEC.child("metrics").index(i), errors);
            toZero |= Set.of("Object", "External").contains(text(metrics.get(i), "type"));
        }
        if (spec.has("minReplicas") && number(spec, "minReplicas") == 0 && !toZero) {
            errors.forbidden(
                    SPEC.child("metrics"),
                    "must specify at least one Object or External metric to support scaling to zero replicas");
        }
    }

    private static void metric(ObjectNode metric, FieldPath path, FieldErrors errors) {
        String type = text(metric, "type");
        if (type.isEmpty()) {
            errors.required(path.child("type"), "must specify a metric source type");
        }
        if (!TYPES.contains(type)) {
            errors.notSupported(path.child("type"), type, TYPES);
        }
        List<String> present =
                new ArrayList<>(SOURCES.stream().filter(metric::has).toList());
        if (!present.isEmpty()) {
            source(present.getFirst(), metric.path(present.getFirst()), path.child(present.getFirst()), errors);
        }
        if (!TYPES.contains(type)) {
            errors.notSupported(path.child("type"), type, TYPES);
        }
        String expected = SOURCE_OF_TYPE.getOrDefault(type, "");
        if (!expected.isEmpty() && !metric.has(expected)) {
            errors.required(path.child(expected), "must populate information for the given metric source");
        }
        if (present.size() != 1) {
            present.remove(expected);
            present.forEach(other -> errors.forbidden(path.child(other), "must populate the given metric source only"));
        }
    }

    private static void source(String source, JsonNode from, FieldPath path, FieldErrors errors) {
        JsonNode target = from.path("target");
        FieldPath at = path.child("target");
        boolean value = target.has("value");
        boolean average = target.has("averageValue");
        switch (source) {
            case "object" -> {
                reference(from.path("describedObject"), false, true, path.child("describedObject"), errors);
                identifier(from.path("metric"), path.child("metric"), errors);
                target(target, at, errors);
                if (!value && !average) {
                    errors.required(at.child("averageValue"), "must set either a target value or averageValue");
                }
            }
            case "external" -> {
                identifier(from.path("metric"), path.child("metric"), errors);
                target(target, at, errors);
                if (!value && !average) {
                    errors.required(
                            at.child("averageValue"), "must set either a target value for metric or a per-pod target");
                }
                if (value && average) {
                    errors.forbidden(
                            at.child("value"), "may not set both a target value for metric and a per-pod target");
                }
            }
            case "pods" -> {
                identifier(from.path("metric"), path.child("metric"), errors);
                target(target, at, errors);
                if (!average) {
                    errors.required(at.child("averageValue"), "must specify a positive target averageValue");
                }
            }
            default -> resource(source, from, path, errors);
        }
    }

    private static void resource(String source, JsonNode from, FieldPath path, FieldErrors errors) {
        boolean container = source.equals("containerResource");
        String name = text(from, "name");
        if (name.isEmpty()) {
            errors.required(path.child("name"), "must specify a resource name");
        } else if (container) {
            ResourceValidation.containerName(name, path.child("name"), errors);
        }
        if (container && text(from, "container").isEmpty()) {
            errors.required(path.child("container"), "must specify a container");
        } else if (container) {
            FieldChecks.dnsLabel(text(from, "container"), path.child("container"), errors);
        }
        JsonNode target = from.path("target");
        FieldPath at = path.child("target");
        target(target, at, errors);
        boolean utilization = target.has("averageUtilization");
        boolean average = target.has("averageValue");
        if (!utilization && !average) {
            errors.required(
                    at.child("averageUtilization"), "must set either a target raw value or a target utilization");
        }
        if (utilization && average) {
            errors.forbidden(at.child("averageValue"), "may not set both a target raw value and a target utilization");
        }
    }

    private static void identifier(JsonNode metric, FieldPath path, FieldErrors errors) {
        String name = text(metric, "name");
        if (name.isEmpty()) {
            errors.required(path.child("name"), "must specify a metric name");
        } else {
            errors.invalidEach(path.child("name"), name, Names.pathSegment(name));
        }
        LabelSelectors.validate(metric.path("selector"), path.child("selector"), errors);
    }

    private static void target(JsonNode target, FieldPath path, FieldErrors errors) {
        String type = text(target, "type");
        if (type.isEmpty()) {
            errors.required(path.child("type"), "must specify a metric target type");
        }
        if (!Set.of("Utilization", "Value", "AverageValue").contains(type)) {
            errors.invalid(path.child("type"), type, "must be either Utilization, Value, or AverageValue");
        }
        for (String field : List.of("value", "averageValue")) {
            if (target.has(field) && Quantity.parse(text(target, field)).compareTo(Quantity.ZERO) <= 0) {
                errors.invalid(path.child(field), target.path(field), "must be positive");
            }
        }
        if (target.has("averageUtilization") && number(target, "averageUtilization") < 1) {
            errors.invalid(
                    path.child("averageUtilization"), number(target, "averageUtilization"), "must be greater than 0");
        }
    }

    private static void rules(JsonNode rules, FieldPath path, FieldErrors errors) {
        FieldPath window = path.child("stabilizationWindowSeconds");
        long seconds = number(rules, "stabilizationWindowSeconds");
        if (seconds < 0) {
            errors.invalid(window, seconds, "must be greater than or equal to zero");
        }
        if (seconds > 3600) {
            errors.invalid(window, seconds, "must be less than or equal to 3600");
        }
        if (rules.has("selectPolicy")) {
            FieldChecks.oneOf(
                    text(rules, "selectPolicy"), List.of("Disabled", "Max", "Min"), path.child("selectPolicy"), errors);
        }
        List<ObjectNode> policies = objects(rules.path("policies"));
        if (policies.isEmpty()) {
            errors.required(path.child("policies"), "must specify at least one Policy");
        }
        for (int i = 0; i < policies.size(); i++) {
            FieldPath at = path.child("policies").index(i);
            FieldChecks.oneOf(text(policies.get(i), "type"), List.of("Percent", "Pods"), at.child("type"), errors);
            long value = number(policies.get(i), "value");
            long period = number(policies.get(i), "periodSeconds");
            if (value <= 0) {
                errors.invalid(at.child("value"), value, "must be greater than zero");
            }
            if (period <= 0) {
                errors.invalid(at.child("periodSeconds"), period, "must be greater than zero");
            }
            if (period > 1800) {
                errors.invalid(at.child("periodSeconds"), period, "must be less than or equal to 1800");
            }
        }
        if (rules.has("tolerance") && Quantity.parse(text(rules, "tolerance")).compareTo(Quantity.ZERO) < 0) {
            errors.invalid(path.child("tolerance"), rules.path("tolerance"), "must be greater than or equal to 0");
        }
    }
}
