package io.kybern.apiserver.registry.flowcontrol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.name.Names;
import io.kybern.crd.resource.Columns;
import io.kybern.crd.resource.MetadataRules;
import io.kybern.crd.resource.RequestContext;
import io.kybern.crd.resource.Strategy;
import io.kybern.crd.resource.TableColumn;
import io.kybern.crd.resource.Trees;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** FlowSchemas. */
public final class FlowSchemaStrategy implements Strategy {
    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final int DEFAULT_PRECEDENCE = 1000;
    private static final int MAX_PRECEDENCE = 10000;

    @Override
    public MetadataRules metadataRules(String subresource) {
        return subresource.isEmpty() ? MetadataRules.WHOLE : MetadataRules.NOTHING;
    }

    @Override
    public boolean hasStatus() {
        return true;
    }

    @Override
    public void prepareForUpdate(ObjectNode updated, ObjectNode existing, RequestContext context) {
        Strategy.super.prepareForUpdate(updated, existing, context);
        if (context.subresource().equals("status")) {
            Trees.keepMetadata(updated, existing);
        }
    }

    @Override
    public void applyDefaults(ObjectNode object) {
        ObjectNode spec = Trees.object(object, "spec");
        if (spec.path("matchingPrecedence").asInt() == 0) {
            spec.put("matchingPrecedence", DEFAULT_PRECEDENCE);
        }
    }

    @Override
    public Set<String> generationFields() {
        return Set.of("spec");
    }

    @Override
    public void validate(ObjectNode object, FieldErrors errors) {
        JsonNode spec = object.path("spec");
        JsonNode precedence = spec.path("matchingPrecedence");
        FieldPath path = SPEC.child("matchingPrecedence");
        if (precedence.asInt() <= 0) {
            errors.invalid(path, precedence, "must be a positive value");
        }
        if (precedence.asInt() > MAX_PRECEDENCE) {
            errors.invalid(path, precedence, "must not be greater than " + MAX_PRECEDENCE);
        }
        if (precedence.asInt() == 1
                && !Trees.text(object.path("metadata"), "name").equals("exempt")) {
            errors.invalid(path, precedence, "only the schema named 'exempt' may have matchingPrecedence 1");
        }
        JsonNode method = spec.path("distinguisherMethod");
        List<String> methods = List.of("ByNamespace", "ByUser");
        if (method.isObject() && !methods.contains(Trees.text(method, "type"))) {
            ObjectNode shown = JsonNodeFactory.instance.objectNode().put("Type", Trees.text(method, "type"));
            errors.notSupported(SPEC.child("distinguisherMethod").child("type"), shown, methods);
        }
        String level = Trees.text(spec.path("priorityLevelConfiguration"), "name");
        FieldPath levelPath = SPEC.child("priorityLevelConfiguration").child("name");
        if (level.isEmpty()) {
            errors.required(levelPath, "must reference a priority level");
        } else {
            errors.invalidEach(levelPath, level, Names.dnsSubdomain(level));
        }
        JsonNode rules = spec.path("rules");
        for (int i = 0; i < rules.size(); i++) {
            FlowRules.validate(rules.get(i), SPEC.child("rules").index(i), errors);
        }
        conditions(object, errors);
    }

    private static void conditions(ObjectNode object, FieldErrors errors) {
        JsonNode conditions = object.path("status").path("conditions");
        Set<String> types = new HashSet<>();
        for (int i = 0; i < conditions.size(); i++) {
            FieldPath path = FieldPath.of("status", "conditions").index(i).child("type");
            String type = Trees.text(conditions.get(i), "type");
            if (!types.add(type)) {
                errors.duplicate(path, type);
            }
            if (type.isEmpty()) {
                errors.required(path, "");
            }
        }
    }

    @Override
    public void validateStatusUpdate(ObjectNode updated, ObjectNode existing, FieldErrors errors) {
        conditions(updated, errors);
    }

    @Override
    public Map<String, Set<List<String>>> resetFields() {
        return Map.of(
                "", Set.of(List.of("status")),
                "status", Set.of(List.of("metadata"), List.of("spec")));
    }

    /** As they are asked: the lowest number first. */
    @Override
    public Optional<Comparator<ObjectNode>> tableOrder() {
        return Optional.of(Comparator.comparingInt(
                schema -> schema.path("spec").path("matchingPrecedence").asInt()));
    }

    @Override
    public List<TableColumn> tableColumns() {
        return List.of(
                Columns.NAME,
                Columns.string(
                        "PriorityLevel", 0, o -> Trees.text(o.path("spec").path("priorityLevelConfiguration"), "name")),
                Columns.integer(
                        "MatchingPrecedence",
                        "string",
                        o -> o.path("spec").path("matchingPrecedence").asLong()),
                Columns.string(
                        "DistinguisherMethod",
                        0,
                        o -> o.path("spec")
                                .path("distinguisherMethod")
                                .path("type")
                                .asText("<none>")),
                Columns.AGE,
                Columns.string("MissingPL", 0, FlowSchemaStrategy::dangling));
    }

    private static String dangling(ObjectNode schema) {
        return Trees.objects(schema.path("status").path("conditions")).stream()
                .filter(c -> Trees.text(c, "type").equals("Dangling"))
                .map(c -> Trees.text(c, "status"))
                .findFirst()
                .orElse("?");
    }
}
