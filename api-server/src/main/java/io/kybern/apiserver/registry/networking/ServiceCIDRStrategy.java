package io.kybern.apiserver.registry.networking;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.net.Cidr;
import io.kybern.crd.net.IpRules;
import io.kybern.crd.resource.Columns;
import io.kybern.crd.resource.RequestContext;
import io.kybern.crd.resource.Strategy;
import io.kybern.crd.resource.TableColumn;
import io.kybern.crd.resource.Trees;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** ServiceCIDRs: ranges of cluster IPs. */
public final class ServiceCIDRStrategy implements Strategy {
    private static final FieldPath CIDRS = FieldPath.of("spec", "cidrs");

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
    public void validate(ObjectNode object, FieldErrors errors) {
        JsonNode list = object.path("spec").path("cidrs");
        if (list.isEmpty()) {
            errors.required(CIDRS, "at least one CIDR required");
            return;
        }
        if (list.size() > 2) {
            errors.invalid(CIDRS, object.path("spec"), "may only hold up to 2 values");
            return;
        }
        List<String> cidrs = Trees.texts(list);
        for (int i = 0; i < cidrs.size(); i++) {
            IpRules.cidr(CIDRS.index(i), cidrs.get(i), errors);
        }
        List<String> families = cidrs.stream()
                .flatMap(c -> Cidr.parse(c).stream())
                .map(c -> c.base().family())
                .toList();
        if (families.size() == 2 && families.get(0).equals(families.get(1))) {
            errors.invalid(
                    CIDRS,
                    list,
                    "may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64");
        }
    }

    @Override
    public void validateUpdate(ObjectNode updated, ObjectNode existing, FieldErrors errors) {
        JsonNode now = updated.path("spec").path("cidrs");
        JsonNode before = existing.path("spec").path("cidrs");
        boolean extended = before.size() == 1 && now.size() == 2;
        if (now.size() != before.size() && !extended) {
            errors.invalid(CIDRS, now, "field is immutable");
            return;
        }
        for (int i = 0; i < before.size(); i++) {
            if (!now.get(i).equals(before.get(i))) {
                errors.invalid(CIDRS.index(i), now.get(i), "field is immutable");
            }
        }
        if (extended) {
            validate(updated, errors);
        }
    }

    @Override
    public void validateStatusUpdate(ObjectNode updated, ObjectNode existing, FieldErrors errors) {}

    @Override
    public Map<String, Set<List<String>>> resetFields() {
        return Map.of(
                "", Set.of(List.of("status")),
                "status", Set.of(List.of("metadata"), List.of("spec")));
    }

    @Override
    public List<TableColumn> tableColumns() {
        return List.of(
                Columns.NAME,
                Columns.string(
                        "CIDRs",
                        0,
                        o -> String.join(",", Trees.texts(o.path("spec").path("cidrs")))),
                Columns.AGE);
    }
}
