package io.kybern.apiserver.registry.scheduling;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.field.FieldChecks;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.resource.Columns;
import io.kybern.crd.resource.FieldRules;
import io.kybern.crd.resource.RequestContext;
import io.kybern.crd.resource.Strategy;
import io.kybern.crd.resource.TableColumn;
import io.kybern.crd.resource.Trees;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** PriorityClasses. */
public final class PriorityClassStrategy implements Strategy {
    private static final String SYSTEM_PREFIX = "system-";
    private static final long HIGHEST_USER_PRIORITY = 1_000_000_000;
    private static final Map<String, Long> SYSTEM =
            Map.of("system-node-critical", 2_000_001_000L, "system-cluster-critical", 2_000_000_000L);

    @Override
    public void applyDefaults(ObjectNode object) {
        Trees.defaultPointer(object, "preemptionPolicy", "PreemptLowerPriority");
    }

    /** Its generation is 1 for ever. */
    @Override
    public void prepareForCreate(ObjectNode object, RequestContext context) {
        Trees.object(object, "metadata").put("generation", 1);
    }

    @Override
    public void validate(ObjectNode object, FieldErrors errors) {
        String name = Trees.text(object.path("metadata"), "name");
        long value = object.path("value").asLong();
        if (name.startsWith(SYSTEM_PREFIX)) {
            Long known = SYSTEM.get(name);
            if (known == null || known != value || object.path("globalDefault").asBoolean()) {
                errors.forbidden(
                        FieldPath.of("metadata", "name"),
                        "priority class names with '" + SYSTEM_PREFIX
                                + "' prefix are reserved for system use only. error: " + whyNot(name, known, value));
            }
        } else if (value > HIGHEST_USER_PRIORITY) {
            errors.forbidden(
                    FieldPath.of("value"),
                    "maximum allowed value of a user defined priority is " + HIGHEST_USER_PRIORITY);
        }
        FieldChecks.requiredOneOf(
                Trees.text(object, "preemptionPolicy"),
                List.of("PreemptLowerPriority", "Never"),
                FieldPath.of("preemptionPolicy"),
                errors);
    }

    private static String whyNot(String name, @Nullable Long known, long value) {
        if (known == null) {
            return name + " is not a known system priority class";
        }
        return known != value
                ? "value of " + name + " PriorityClass must be " + known
                : "globalDefault of " + name + " PriorityClass must be false";
    }

    @Override
    public void validateUpdate(ObjectNode updated, ObjectNode existing, FieldErrors errors) {
        if (updated.path("value").asLong() != existing.path("value").asLong()) {
            errors.forbidden(FieldPath.of("value"), "may not be changed in an update.");
        }
        FieldRules.immutable(
                FieldPath.of("preemptionPolicy"),
                updated.path("preemptionPolicy"),
                existing.path("preemptionPolicy"),
                errors);
    }

    @Override
    public List<TableColumn> tableColumns() {
        return List.of(
                Columns.NAME,
                Columns.integer("Value", "integer", o -> o.path("value").asLong()),
                Columns.bool(
                        "Global-Default",
                        "boolean",
                        o -> o.path("globalDefault").asBoolean()),
                Columns.AGE,
                Columns.string("PreemptionPolicy", 0, o -> Trees.text(o, "preemptionPolicy")));
    }
}
