package io.kybern.apiserver.registry.apps;

import static io.kybern.crd.resource.Trees.at;
import static io.kybern.crd.resource.Trees.flag;
import static io.kybern.crd.resource.Trees.objects;
import static io.kybern.crd.resource.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.registry.table.WorkloadColumns;
import io.kybern.crd.field.FieldChecks;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.resource.Columns;
import io.kybern.crd.resource.GroupVersionKind;
import io.kybern.crd.resource.Strategy;
import io.kybern.crd.resource.TableColumn;
import java.util.List;
import java.util.Locale;

/** ControllerRevisions: what a workload once was. Source: {@code pkg/registry/apps/controllerrevision/strategy.go}. */
public final class ControllerRevisionStrategy implements Strategy {
    private static final FieldPath DATA = FieldPath.of("data");
    private static final List<TableColumn> COLUMNS = List.of(
            Columns.NAME,
            Columns.string("Controller", 0, ControllerRevisionStrategy::controller),
            WorkloadColumns.countAsText("Revision", "revision"),
            Columns.AGE);

    @Override
    public void validate(ObjectNode revision, FieldErrors errors) {
        FieldChecks.nonNegative(revision.path("revision").asLong(0), FieldPath.of("revision"), errors);
        JsonNode data = revision.path("data");
        if (data.isMissingNode() || data.isNull()) {
            errors.required(DATA, "data is mandatory");
        } else if (!data.isObject()) {
            errors.required(DATA, "data must be a valid JSON object");
        }
    }

    @Override
    public void validateUpdate(ObjectNode updated, ObjectNode existing, FieldErrors errors) {
        FieldChecks.nonNegative(updated.path("revision").asLong(0), FieldPath.of("revision"), errors);
        FieldChecks.immutable(updated.path("data"), existing.path("data"), DATA, errors);
    }

    private static String controller(ObjectNode revision) {
        return objects(at(revision, "metadata", "ownerReferences")).stream()
                .filter(owner -> flag(owner, "controller"))
                .findFirst()
                .map(owner -> {
                    GroupVersionKind kind = GroupVersionKind.of(text(owner, "apiVersion"), text(owner, "kind"));
                    String group = kind.group().isEmpty() ? "" : "." + kind.group();
                    return (kind.kind() + group).toLowerCase(Locale.ROOT) + "/" + text(owner, "name");
                })
                .orElse("<none>");
    }

    @Override
    public List<TableColumn> tableColumns() {
        return COLUMNS;
    }
}
