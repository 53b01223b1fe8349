package io.kybern.apiserver.registry.coordination;

import com.fasterxml.jackson.databind.JsonNode;
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
import java.util.List;

/** Leases. */
public final class LeaseStrategy implements Strategy {
    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final List<String> STRATEGIES = List.of("OldestEmulationVersion");

    @Override
    public MetadataRules metadataRules(String subresource) {
        return MetadataRules.CHANGE.withAnyFinalizer();
    }

    @Override
    public void validate(ObjectNode object, FieldErrors errors) {
        JsonNode spec = object.path("spec");
        JsonNode duration = spec.path("leaseDurationSeconds");
        if (duration.isNumber() && duration.asLong() <= 0) {
            errors.invalid(SPEC.child("leaseDurationSeconds"), duration, "must be greater than 0");
        }
        JsonNode transitions = spec.path("leaseTransitions");
        if (transitions.isNumber() && transitions.asLong() < 0) {
            errors.invalid(SPEC.child("leaseTransitions"), transitions, "must be greater than or equal to 0");
        }
        if (spec.has("strategy")) {
            errors.invalidEach(SPEC.child("strategy"), spec.path("strategy"), strategy(Trees.text(spec, "strategy")));
        }
    }

    private static List<String> strategy(String strategy) {
        return STRATEGIES.contains(strategy) ? List.of() : Names.qualifiedName(strategy);
    }

    /** Coordinated leader election is off: its fields are dropped. */
    @Override
    public void prepareForCreate(ObjectNode object, RequestContext context) {
        dropCoordination(object);
    }

    @Override
    public void prepareForUpdate(ObjectNode updated, ObjectNode existing, RequestContext context) {
        if (!existing.path("spec").has("strategy") && !existing.path("spec").has("preferredHolder")) {
            dropCoordination(updated);
        }
    }

    private static void dropCoordination(ObjectNode object) {
        if (object.get("spec") instanceof ObjectNode spec) {
            spec.remove(List.of("strategy", "preferredHolder"));
        }
    }

    @Override
    public boolean allowsCreateOnUpdate() {
        return true;
    }

    @Override
    public boolean allowsUnconditionalUpdate() {
        return false;
    }

    @Override
    public List<TableColumn> tableColumns() {
        return List.of(
                Columns.NAME,
                Columns.string("Holder", 0, o -> Trees.text(o.path("spec"), "holderIdentity")),
                Columns.AGE);
    }
}
