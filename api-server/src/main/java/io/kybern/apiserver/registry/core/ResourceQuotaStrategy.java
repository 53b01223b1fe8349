package io.kybern.apiserver.registry.core;

import static io.kybern.crd.resource.Trees.at;
import static io.kybern.crd.resource.Trees.text;
import static io.kybern.crd.resource.Trees.texts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.registry.podspec.ResourceLists;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.resource.Columns;
import io.kybern.crd.resource.Strategy;
import io.kybern.crd.resource.TableColumn;
import io.kybern.crd.value.Quantity;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.TreeSet;

/** ResourceQuotas. Source: {@code pkg/registry/core/resourcequota/strategy.go}. */
public final class ResourceQuotaStrategy implements Strategy {
    private static final List<TableColumn> COLUMNS = List.of(
            Columns.NAME,
            Columns.string("Request", 0, o -> used(o, false)),
            Columns.string("Limit", 0, o -> used(o, true)),
            Columns.AGE);

    @Override
    public void applyDefaults(ObjectNode quota) {
        ResourceLists.roundUp(at(quota, "spec", "hard"));
        ResourceLists.roundUp(at(quota, "status", "hard"));
        ResourceLists.roundUp(at(quota, "status", "used"));
    }

    @Override
    public boolean hasStatus() {
        return true;
    }

    @Override
    public void validate(ObjectNode quota, FieldErrors errors) {
        ResourceQuotaValidation.spec(quota.path("spec"), errors);
    }

    @Override
    public void validateUpdate(ObjectNode updated, ObjectNode existing, FieldErrors errors) {
        validate(updated, errors);
        JsonNode scopes = at(updated, "spec", "scopes");
        if (!new HashSet<>(texts(scopes)).equals(new HashSet<>(texts(at(existing, "spec", "scopes"))))) {
            errors.invalid(FieldPath.of("spec", "scopes"), scopes, "field is immutable");
        }
    }

    @Override
    public void validateStatusUpdate(ObjectNode updated, ObjectNode existing, FieldErrors errors) {
        for (String list : List.of("hard", "used")) {
            ResourceQuotaValidation.quantities(at(updated, "status", list), FieldPath.of("status", list), errors);
        }
    }

    @Override
    public List<String> warnings(ObjectNode quota) {
        JsonNode hard = at(quota, "spec", "hard");
        List<String> warnings = new ArrayList<>();
        for (String resource : List.of("cpu", "memory", "storage", "ephemeral-storage")) {
            String request = "requests." + resource;
            boolean compute = resource.equals("cpu") || resource.equals("memory");
            if (!hard.has(request) && compute && hard.has(resource)) {
                request = resource;
            }
            String limit = "limits." + resource;
            if (hard.has(request)
                    && hard.has(limit)
                    && Quantity.parse(text(hard, request)).compareTo(Quantity.parse(text(hard, limit))) > 0) {
                warnings.add("ResourceQuota " + request + " (" + text(hard, request) + ") should be less than " + limit
                        + " (" + text(hard, limit) + ")");
            }
        }
        return warnings;
    }

    @Override
    public boolean returnsDeletedObject() {
        return true;
    }

    @Override
    public List<TableColumn> tableColumns() {
        return COLUMNS;
    }

    private static String used(ObjectNode quota, boolean limits) {
        JsonNode hard = at(quota, "status", "hard");
        JsonNode used = at(quota, "status", "used");
        TreeSet<String> names = new TreeSet<>();
        hard.propertyStream()
                .map(e -> e.getKey())
                .filter(n -> n.startsWith("limits.") == limits)
                .forEach(names::add);
        List<String> parts = new ArrayList<>();
        for (String name : names) {
            String amount = text(used, name);
            parts.add(name + ": " + (amount.isEmpty() ? "0" : amount) + "/" + text(hard, name));
        }
        return String.join(", ", parts);
    }
}
