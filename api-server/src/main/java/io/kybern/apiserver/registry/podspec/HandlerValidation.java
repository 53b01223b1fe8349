package io.kybern.apiserver.registry.podspec;

import static io.kybern.crd.resource.Trees.number;
import static io.kybern.crd.resource.Trees.objects;
import static io.kybern.crd.resource.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.field.FieldChecks;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.name.Names;
import java.util.List;

/** Probes and lifecycle handlers of containers. */
final class HandlerValidation {
    private static final List<String> HANDLERS = List.of("exec", "httpGet", "tcpSocket", "grpc", "sleep");
    private static final List<String> WINDOWS_SIGNALS = List.of("SIGKILL", "SIGTERM");

    private HandlerValidation() {}

    static void probes(ObjectNode container, long gracePeriod, FieldPath path, FieldErrors errors) {
        for (String name : List.of("livenessProbe", "readinessProbe", "startupProbe")) {
            if (container.get(name) instanceof ObjectNode probe) {
                FieldPath at = path.child(name);
                probe(probe, gracePeriod, at, errors);
                if (!name.equals("readinessProbe")) {
                    if (number(probe, "successThreshold") != 1) {
                        errors.invalid(at.child("successThreshold"), number(probe, "successThreshold"), "must be 1");
                    }
                } else if (probe.has("terminationGracePeriodSeconds")) {
                    errors.invalid(
                            at.child("terminationGracePeriodSeconds"),
                            probe.get("terminationGracePeriodSeconds"),
                            "must not be set for readinessProbes");
                }
            }
        }
    }

    private static void probe(ObjectNode probe, long gracePeriod, FieldPath path, FieldErrors errors) {
        handler(probe, gracePeriod, path, errors);
        for (String field : List.of(
                "initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold")) {
            FieldChecks.nonNegative(probe, field, path, errors);
        }
        JsonNode grace = probe.path("terminationGracePeriodSeconds");
        if (!grace.isMissingNode() && grace.asLong() <= 0) {
            errors.invalid(path.child("terminationGracePeriodSeconds"), grace, "must be greater than 0");
        }
    }

    static void lifecycle(JsonNode lifecycle, String os, long gracePeriod, FieldPath path, FieldErrors errors) {
        for (String hook : List.of("postStart", "preStop")) {
            if (lifecycle.path(hook) instanceof ObjectNode handler) {
                handler(handler, gracePeriod, path.child(hook), errors);
            }
        }
        if (lifecycle.has("stopSignal")) {
            String signal = text(lifecycle, "stopSignal");
            FieldPath at = path.child("stopSignal");
            if (os.isEmpty()) {
                errors.forbidden(at, "may not be set for containers with empty `spec.os.name`");
            } else if (os.equals("windows")) {
                FieldChecks.oneOf(signal, WINDOWS_SIGNALS, at, errors);
            } else if (os.equals("linux")) {
                FieldChecks.oneOf(signal, StopSignals.LINUX, at, errors);
            }
        }
    }

    private static void handler(ObjectNode holder, long gracePeriod, FieldPath path, FieldErrors errors) {
        int handlers = 0;
        for (String type : HANDLERS) {
            if (!(holder.get(type) instanceof ObjectNode handler)) {
                continue;
            }
            FieldPath at = path.child(type);
            if (handlers > 0) {
                errors.forbidden(at, "may not specify more than 1 handler type");
                continue;
            }
            handlers++;
            switch (type) {
                case "exec" -> {
                    if (handler.path("command").isEmpty()) {
                        errors.required(at.child("command"), "");
                    }
                }
                case "httpGet" -> httpGet(handler, at, errors);
                case "sleep" -> {
                    long seconds = number(handler, "seconds");
                    if (seconds < 0 || seconds > gracePeriod) {
                        errors.invalid(
                                at,
                                seconds,
                                "must be non-negative and less than terminationGracePeriodSeconds (" + gracePeriod
                                        + ")");
                    }
                }
                default -> port(handler.path("port"), at.child("port"), errors);
            }
        }
        if (handlers == 0) {
            errors.required(path, "must specify a handler type");
        }
    }

    private static void httpGet(ObjectNode get, FieldPath path, FieldErrors errors) {
        FieldChecks.required(get, "path", path, errors);
        port(get.path("port"), path.child("port"), errors);
        FieldChecks.oneOf(text(get, "scheme"), List.of("HTTP", "HTTPS"), path.child("scheme"), errors);
        for (ObjectNode header : objects(get.path("httpHeaders"))) {
            String name = text(header, "name");
            errors.invalidEach(path.child("httpHeaders"), name, Names.httpHeaderName(name));
        }
    }

    private static void port(JsonNode port, FieldPath path, FieldErrors errors) {
        if (port.isTextual()) {
            errors.invalidEach(path, port.asText(), Names.portName(port.asText()));
        } else {
            errors.invalidEach(path, port.asLong(0), Names.portNumber(port.asLong(0)));
        }
    }
}
