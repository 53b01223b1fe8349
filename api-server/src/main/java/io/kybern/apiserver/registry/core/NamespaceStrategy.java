package io.kybern.apiserver.registry.core;

import static io.kybern.crd.resource.Trees.array;
import static io.kybern.crd.resource.Trees.at;
import static io.kybern.crd.resource.Trees.defaultText;
import static io.kybern.crd.resource.Trees.has;
import static io.kybern.crd.resource.Trees.keep;
import static io.kybern.crd.resource.Trees.object;
import static io.kybern.crd.resource.Trees.text;
import static io.kybern.crd.resource.Trees.texts;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.name.Names;
import io.kybern.crd.resource.Columns;
import io.kybern.crd.resource.MetadataRules;
import io.kybern.crd.resource.NameRule;
import io.kybern.crd.resource.RequestContext;
import io.kybern.crd.resource.Strategy;
import io.kybern.crd.resource.TableColumn;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Namespaces. Source: {@code pkg/registry/core/namespace/strategy.go}. */
public final class NamespaceStrategy implements Strategy {
    private static final String NAME_LABEL = "kubernetes.io/metadata.name";
    private static final String FINALIZER = "kubernetes";
    private static final Set<String> STANDARD_FINALIZERS = Set.of(FINALIZER, "orphan", "foregroundDeletion");
    private static final FieldPath FINALIZERS = FieldPath.of("spec", "finalizers");
    private static final List<TableColumn> COLUMNS =
            List.of(Columns.NAME, Columns.string("Status", 0, o -> text(o, "status", "phase")), Columns.AGE);

    @Override
    public MetadataRules metadataRules(String subresource) {
        return subresource.isEmpty() ? MetadataRules.WHOLE_AND_CHANGE : MetadataRules.CHANGE;
    }

    @Override
    public void applyDefaults(ObjectNode namespace) {
        canonicalize(namespace);
        defaultText(object(namespace, "status"), "phase", "Active");
    }

    @Override
    public void prepareForCreate(ObjectNode namespace, RequestContext context) {
        namespace.putObject("status").put("phase", "Active");
        ObjectNode spec = object(namespace, "spec");
        if (!texts(spec.path("finalizers")).contains(FINALIZER)) {
            array(spec, "finalizers").add(FINALIZER);
        }
    }

    @Override
    public void prepareForUpdate(ObjectNode updated, ObjectNode existing, RequestContext context) {
        switch (context.subresource()) {
            case "status" -> keep(updated, existing, "spec");
            case "finalize" -> keep(updated, existing, "status");
            default -> {
                keep(object(updated, "spec"), object(existing, "spec"), "finalizers");
                keep(updated, existing, "status");
            }
        }
    }

    @Override
    public boolean hasStatus() {
        return true;
    }

    @Override
    public void validate(ObjectNode namespace, FieldErrors errors) {
        for (String finalizer : texts(at(namespace, "spec", "finalizers"))) {
            errors.invalidEach(FINALIZERS, finalizer, Names.qualifiedName(finalizer));
            if (!finalizer.contains("/") && !STANDARD_FINALIZERS.contains(finalizer)) {
                errors.invalid(
                        FINALIZERS, finalizer, "name is neither a standard finalizer name nor is it fully qualified");
            }
        }
    }

    @Override
    public void validateStatusUpdate(ObjectNode updated, ObjectNode existing, FieldErrors errors) {
        boolean deleted = has(updated, "metadata", "deletionTimestamp");
        String phase = text(updated, "status", "phase");
        FieldPath path = FieldPath.of("status", "Phase");
        if (!deleted && !phase.equals("Active")) {
            errors.invalid(path, phase, "may only be 'Active' if `deletionTimestamp` is empty");
        } else if (deleted && !phase.equals("Terminating")) {
            errors.invalid(path, phase, "may only be 'Terminating' if `deletionTimestamp` is not empty");
        }
    }

    /** Defaulting can't set the label of an object whose name is generated later. */
    @Override
    public void canonicalize(ObjectNode namespace) {
        String name = text(namespace, "metadata", "name");
        if (!name.isEmpty()) {
            object(object(namespace, "metadata"), "labels").put(NAME_LABEL, name);
        }
    }

    @Override
    public NameRule nameRule() {
        return NameRule.DNS_LABEL;
    }

    @Override
    public Set<String> selectableFieldNames() {
        return Set.of("status.phase");
    }

    @Override
    public Map<String, String> selectableFields(ObjectNode namespace) {
        return Map.of("status.phase", text(namespace, "status", "phase"));
    }

    /** The namespace controller takes its finalizer away when nothing is left inside. */
    @Override
    public boolean holdsDeletion(ObjectNode namespace) {
        return !at(namespace, "spec", "finalizers").isEmpty();
    }

    @Override
    public boolean deletesInStages() {
        return true;
    }

    @Override
    public boolean returnsDeletedObject() {
        return true;
    }

    @Override
    public void deletionBegins(ObjectNode namespace) {
        object(namespace, "status").put("phase", "Terminating");
    }

    @Override
    public List<TableColumn> tableColumns() {
        return COLUMNS;
    }

    @Override
    public Map<String, Set<List<String>>> resetFields() {
        return Map.of(
                "", Set.of(List.of("status")),
                "status", Set.of(List.of("spec")),
                "finalize", Set.of(List.of("status")));
    }
}
