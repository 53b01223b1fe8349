package io.kybern.apiserver.registry.core;

import static io.kybern.crd.resource.Trees.has;
import static io.kybern.crd.resource.Trees.number;
import static io.kybern.crd.resource.Trees.same;
import static io.kybern.crd.resource.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.registry.goform.InternalForm;
import io.kybern.crd.field.FieldChecks;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import java.util.List;

/** Rules of both event APIs. Source: {@code pkg/apis/core/validation/events.go}. */
final class EventValidation {
    private static final FieldPath NAMESPACE = FieldPath.of("involvedObject", "namespace");

    private EventValidation() {}

    /** What the older API checks, and the newer one first. */
    static void core(ObjectNode event, boolean events, FieldErrors errors) {
        String namespace = text(event, "metadata", "namespace");
        String involved = text(event, "involvedObject", "namespace");
        if (!has(event, "eventTime")) {
            boolean matches = involved.isEmpty()
                    ? namespace.isEmpty() || namespace.equals("default")
                    : namespace.equals(involved);
            if (!matches) {
                errors.invalid(NAMESPACE, involved, "does not match event.namespace");
            }
        } else {
            if (involved.isEmpty() && !namespace.equals("default") && !namespace.equals("kube-system")) {
                errors.invalid(NAMESPACE, involved, "does not match event.namespace");
            }
            String controller = text(event, "reportingComponent");
            FieldPath controllerPath = FieldPath.of(events ? "reportingController" : "reportingComponent");
            if (controller.isEmpty()) {
                errors.required(controllerPath, "");
            }
            FieldChecks.qualifiedName(controller, controllerPath, errors);
            for (String field : List.of("reportingInstance", "action", "reason")) {
                if (text(event, field).isEmpty()) {
                    errors.required(FieldPath.of(field), "");
                }
                longest(event, field, 128, errors);
            }
            longest(event, "message", 1024, errors);
        }
        FieldChecks.dnsSubdomain(namespace, FieldPath.of("namespace"), errors);
    }

    private static void longest(ObjectNode event, String field, int most, FieldErrors errors) {
        if (text(event, field).length() > most) {
            errors.invalid(FieldPath.of(field), "", "can have at most " + most + " characters");
        }
    }

    static void create(ObjectNode event, FieldErrors errors) {
        series(event, errors);
        if (!has(event, "eventTime")) {
            errors.required(FieldPath.of("eventTime"), "");
        }
        String type = text(event, "type");
        if (!type.equals("Normal") && !type.equals("Warning")) {
            errors.invalid(FieldPath.of("type"), "", "has invalid value: " + type);
        }
        for (String field : List.of("firstTimestamp", "lastTimestamp", "count", "source")) {
            JsonNode value = event.path(field);
            boolean unset = value.isMissingNode()
                    || value.isNumber() && value.asLong() == 0
                    || value.isTextual() && value.asText().isEmpty()
                    || value.isObject() && value.isEmpty();
            if (!unset) {
                errors.invalid(FieldPath.of(field), "", "needs to be unset");
            }
        }
    }

    private static void series(ObjectNode event, FieldErrors errors) {
        if (!has(event, "series")) {
            return;
        }
        if (number(event, "series", "count") < 2) {
            errors.invalid(FieldPath.of("series.count"), "", "should be at least 2");
        }
        if (!has(event, "series", "lastObservedTime")) {
            errors.required(FieldPath.of("series.lastObservedTime"), "");
        }
    }

    static void update(ObjectNode updated, ObjectNode existing, FieldErrors errors) {
        if (!same(updated.path("series"), existing.path("series"))) {
            series(updated, errors);
        }
        for (String field : List.of(
                "involvedObject",
                "reason",
                "message",
                "source",
                "firstTimestamp",
                "lastTimestamp",
                "count",
                "reason",
                "type",
                "eventTime",
                "action",
                "related",
                "reportingComponent",
                "reportingInstance")) {
            if (same(updated.path(field), existing.path(field))) {
                continue;
            }
            JsonNode value = updated.path(field);
            boolean reference = field.equals("involvedObject") || field.equals("related") && !value.isMissingNode();
            Object shown = reference
                    ? InternalForm.of("core.ObjectReference", value)
                    : value.isMissingNode() && !field.equals("related") ? "" : value;
            String path = field.equals("reportingComponent") ? "reportingController" : field;
            errors.invalid(FieldPath.of(path), shown, "field is immutable");
        }
    }
}
