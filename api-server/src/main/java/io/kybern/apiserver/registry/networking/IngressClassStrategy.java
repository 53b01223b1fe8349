package io.kybern.apiserver.registry.networking;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.name.Names;
import io.kybern.crd.resource.Columns;
import io.kybern.crd.resource.Strategy;
import io.kybern.crd.resource.TableColumn;
import io.kybern.crd.resource.Trees;
import java.util.List;
import java.util.Set;

/** IngressClasses. */
public final class IngressClassStrategy implements Strategy {
    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final String DEFAULT_ANNOTATION = "ingressclass.kubernetes.io/is-default-class";
    private static final int MAX_CONTROLLER = 250;

    @Override
    public void applyDefaults(ObjectNode object) {
        if (object.path("spec").path("parameters") instanceof ObjectNode parameters) {
            Trees.defaultPointer(parameters, "scope", "Cluster");
        }
    }

    @Override
    public Set<String> generationFields() {
        return Set.of("spec");
    }

    @Override
    public void validate(ObjectNode object, FieldErrors errors) {
        JsonNode spec = object.path("spec");
        FieldPath path = SPEC.child("controller");
        String controller = Trees.text(spec, "controller");
        if (controller.length() > MAX_CONTROLLER) {
            errors.tooLong(path, MAX_CONTROLLER);
        }
        domainPrefixedPath(controller, path, errors);
        if (spec.path("parameters").isObject()) {
            parameters(spec.path("parameters"), SPEC.child("parameters"), errors);
        }
    }

    private static void domainPrefixedPath(String value, FieldPath path, FieldErrors errors) {
        if (value.isEmpty()) {
            errors.required(path, "");
            return;
        }
        int slash = value.indexOf('/');
        if (slash <= 0 || slash == value.length() - 1) {
            errors.invalid(path, value, "must be a domain-prefixed path (such as \"acme.io/foo\")");
            return;
        }
        String host = value.substring(0, slash);
        errors.invalidEach(path, host, Names.dnsSubdomain(host));
        String rest = value.substring(slash + 1);
        String allowed = "/-._~%!$&'()*+,;=:";
        if (!rest.chars().allMatch(c -> c < 128 && (Character.isLetterOrDigit(c) || allowed.indexOf(c) >= 0))) {
            errors.invalid(path, rest, Names.pattern("Invalid path", "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+"));
        }
    }

    private static void parameters(JsonNode parameters, FieldPath path, FieldErrors errors) {
        ObjectReferences.typed(parameters, path, errors);
        JsonNode namespace = parameters.path("namespace");
        switch (Trees.text(parameters, "scope")) {
            case "" -> errors.required(path.child("scope"), "");
            case "Namespace" -> {
                if (namespace.isTextual()) {
                    errors.invalidEach(path.child("namespace"), namespace, Names.dnsLabel(namespace.asText()));
                } else {
                    errors.required(path.child("namespace"), "`parameters.scope` is set to 'Namespace'");
                }
            }
            case "Cluster" -> {
                if (namespace.isTextual()) {
                    errors.forbidden(path.child("namespace"), "`parameters.scope` is set to 'Cluster'");
                }
            }
            default ->
                errors.notSupported(path.child("scope"), parameters.path("scope"), List.of("Cluster", "Namespace"));
        }
    }

    @Override
    public void validateUpdate(ObjectNode updated, ObjectNode existing, FieldErrors errors) {
        JsonNode controller = updated.path("spec").path("controller");
        if (!Trees.same(controller, existing.path("spec").path("controller"))) {
            errors.invalid(SPEC.child("controller"), controller, "field is immutable");
        }
        validate(updated, errors);
    }

    @Override
    public List<TableColumn> tableColumns() {
        return List.of(
                new TableColumn(
                        "Name",
                        "string",
                        "name",
                        Columns.NAME.description(),
                        0,
                        (o, now) -> TextNode.valueOf(
                                Trees.text(o.path("metadata"), "name") + (isDefault(o) ? " (default)" : ""))),
                Columns.string("Controller", 0, o -> Trees.text(o.path("spec"), "controller")),
                Columns.string("Parameters", 0, o -> parameters(o.path("spec").path("parameters"))),
                Columns.AGE);
    }

    private static boolean isDefault(ObjectNode object) {
        return Trees.text(object.path("metadata").path("annotations"), DEFAULT_ANNOTATION)
                .equals("true");
    }

    private static String parameters(JsonNode parameters) {
        if (!parameters.isObject()) {
            return "<none>";
        }
        String group = parameters.has("apiGroup") ? "." + Trees.text(parameters, "apiGroup") : "";
        return Trees.text(parameters, "kind") + group + "/" + Trees.text(parameters, "name");
    }
}
