package io.kybern.crd.definition;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.cel.rule.CelRules;
import io.kybern.crd.field.FieldError;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.resource.GroupVersionKind;
import io.kybern.crd.resource.MetadataRules;
import io.kybern.crd.resource.RequestContext;
import io.kybern.crd.resource.Strategy;
import io.kybern.crd.resource.Trees;
import io.kybern.crd.schema.Defaulting;
import io.kybern.crd.schema.EmbeddedResources;
import io.kybern.crd.schema.ListTypes;
import io.kybern.crd.schema.Schema;
import io.kybern.crd.schema.Schemas;
import io.kybern.crd.schema.Validation;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The strategy of a custom kind in one version: all of it follows from the schema and the subresources.
 *
 * <p>Source: {@code apiextensions-apiserver/pkg/registry/customresource}.
 */
final class CustomStrategy implements Strategy, Scalable {
    private static final Set<FieldError.Type> BLOCKING = Set.of(
            FieldError.Type.NOT_SUPPORTED,
            FieldError.Type.REQUIRED,
            FieldError.Type.TOO_LONG,
            FieldError.Type.TOO_MANY,
            FieldError.Type.TYPE_INVALID);

    private final GroupVersionKind kind;
    private final Supplier<ObjectNode> declared;
    private final boolean status;
    private final Optional<ScalePaths> scale;
    private final Map<String, JsonPath> selectable;
    private final CelRules rules;
    /** Racing threads make equal ones. */
    private volatile @Nullable Known known;

    /** What follows from the schema. */
    private record Known(Schema schema, boolean hasRules, Set<String> generationFields) {}

    /** @param declared makes the schema as it is written; asked when the first object comes */
    CustomStrategy(
            GroupVersionKind kind,
            Supplier<ObjectNode> declared,
            boolean status,
            Optional<ScalePaths> scale,
            Map<String, JsonPath> selectable,
            CelRules rules) {
        this.kind = kind;
        this.declared = declared;
        this.status = status;
        this.scale = scale;
        this.selectable = Map.copyOf(selectable);
        this.rules = rules;
    }

    Schema schema() {
        return known().schema();
    }

    private Known known() {
        Known made = known;
        if (made == null) {
            Schema schema = Schemas.parseSingle(declared.get());
            made = new Known(schema, CelRules.in(schema), generationFields(schema, status));
            known = made;
        }
        return made;
    }

    @Override
    public MetadataRules metadataRules(String subresource) {
        return MetadataRules.CHANGE.withAnyFinalizer();
    }

    @Override
    public Optional<ScalePaths> scalePaths() {
        return scale;
    }

    @Override
    public void applyDefaults(ObjectNode object) {
        Defaulting.apply(object, schema());
    }

    @Override
    public String unsupportedFieldLabel(String label) {
        return "field label not supported: " + label;
    }

    @Override
    public boolean hasStatus() {
        return status;
    }

    @Override
    public void prepareForUpdate(ObjectNode updated, ObjectNode existing, RequestContext context) {
        if (context.subresource().equals("status")) {
            JsonNode managed = updated.path("metadata").path("managedFields");
            Trees.keepAllBut(updated, existing, Set.of("status"));
            if (!managed.isMissingNode() && updated.path("metadata") instanceof ObjectNode metadata) {
                metadata.set("managedFields", managed);
            }
        } else if (status) {
            Trees.keep(updated, existing, "status");
        }
    }

    @Override
    public void validate(ObjectNode object, FieldErrors errors) {
        if (!validateType(object, errors)) {
            return;
        }
        Validation.validate(object, schema(), "", errors);
        scale.ifPresent(s -> {
            s.validateSpec(object, errors);
            s.validateStatus(object, errors);
        });
        EmbeddedResources.validate(object, schema(), errors);
        ListTypes.validate(object, schema(), errors);
        evaluateRules(object, Optional.empty(), errors);
    }

    @Override
    public void validateUpdate(ObjectNode updated, ObjectNode existing, FieldErrors errors) {
        if (!validateType(updated, errors)) {
            return;
        }
        Validation.validateUpdate(updated, existing, schema(), "", errors);
        scale.ifPresent(s -> {
            s.validateSpec(updated, errors);
            s.validateStatus(updated, errors);
        });
        EmbeddedResources.validate(updated, schema(), errors);
        validateLists(updated, existing, errors);
        evaluateRules(updated, Optional.of(existing), errors);
    }

    @Override
    public void validateStatusUpdate(ObjectNode updated, ObjectNode existing, FieldErrors errors) {
        if (!validateType(updated, errors)) {
            return;
        }
        Schema statusSchema = schema().property("status");
        if (updated.has("status") && statusSchema.declared()) {
            Validation.validateUpdate(updated.path("status"), existing.get("status"), statusSchema, "status", errors);
        }
        scale.ifPresent(s -> s.validateStatus(updated, errors));
        validateLists(updated, existing, errors);
        evaluateRules(updated, Optional.of(existing), errors);
    }

    private boolean validateType(ObjectNode object, FieldErrors errors) {
        int before = errors.size();
        JsonNode actualKind = object.path("kind");
        if (!actualKind.asText().equals(kind.kind())) {
            errors.invalid(FieldPath.of("kind"), actualKind, "must be " + kind.kind());
        }
        JsonNode apiVersion = object.path("apiVersion");
        if (!apiVersion.asText().equals(kind.apiVersion())) {
            errors.invalid(FieldPath.of("apiVersion"), apiVersion, "must be " + kind.apiVersion());
        }
        return errors.size() == before;
    }

    /** Duplicates are told only if there were none before. */
    private void validateLists(ObjectNode updated, ObjectNode existing, FieldErrors errors) {
        FieldErrors fresh = new FieldErrors();
        ListTypes.validate(updated, schema(), fresh);
        if (!fresh.isEmpty()) {
            FieldErrors old = new FieldErrors();
            ListTypes.validate(existing, schema(), old);
            if (old.isEmpty()) {
                fresh.list().forEach(errors::add);
            }
        }
    }

    private void evaluateRules(ObjectNode object, Optional<JsonNode> old, FieldErrors errors) {
        if (!known().hasRules()) {
            return;
        }
        if (errors.list().stream().anyMatch(e -> BLOCKING.contains(e.type()))) {
            errors.add(new FieldError(
                    FieldError.Type.INVALID,
                    "<nil>",
                    "Invalid value: null: some validation rules were not checked because the object was invalid;"
                            + " correct the existing errors to complete validation"));
        } else {
            rules.validate(object, old, schema(), errors);
        }
    }

    /** Everything but metadata and a status of its own counts for the generation. */
    @Override
    public Set<String> generationFields() {
        return known().generationFields();
    }

    private static Set<String> generationFields(Schema schema, boolean status) {
        Set<String> fields = new HashSet<>(schema.properties().keySet());
        fields.add("spec");
        fields.removeAll(Set.of("apiVersion", "kind", "metadata"));
        if (status) {
            fields.remove("status");
        }
        return Collections.unmodifiableSet(fields);
    }

    @Override
    public boolean allowsUnconditionalUpdate() {
        return false;
    }

    @Override
    public Map<String, String> selectableFields(ObjectNode object) {
        Map<String, String> values = new LinkedHashMap<>();
        selectable.forEach((name, path) -> {
            List<JsonNode> found = path.find(object);
            JsonNode value = found.isEmpty() ? MissingNode.getInstance() : found.getFirst();
            values.put(name, value.isMissingNode() || value instanceof NullNode ? "" : value.asText());
        });
        return values;
    }

    @Override
    public Set<String> selectableFieldNames() {
        return selectable.keySet();
    }

    @Override
    public Map<String, Set<List<String>>> resetFields() {
        return status
                ? Map.of("", Set.of(List.of("status")), "status", Set.of(List.of("metadata"), List.of("spec")))
                : Map.of();
    }
}
