package io.kybern.apiserver.registry.networking;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.name.Names;
import io.kybern.crd.resource.Columns;
import io.kybern.crd.resource.MetadataRules;
import io.kybern.crd.resource.NameRule;
import io.kybern.crd.resource.Strategy;
import io.kybern.crd.resource.TableColumn;
import io.kybern.crd.resource.Trees;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** IPAddresses: whoever holds one holds the address. */
public final class IPAddressStrategy implements Strategy {
    private static final FieldPath PARENT = FieldPath.of("spec", "parentRef");

    @Override
    public MetadataRules metadataRules(String subresource) {
        return MetadataRules.WHOLE_AND_CHANGE;
    }

    @Override
    public void validate(ObjectNode object, FieldErrors errors) {
        JsonNode parent = object.path("spec").path("parentRef");
        if (!parent.isObject()) {
            errors.required(PARENT, "");
            return;
        }
        String group = Trees.text(parent, "group");
        if (!group.isEmpty()) {
            errors.invalidEach(PARENT.child("group"), group, Names.dnsSubdomain(group));
        }
        ObjectReferences.segment(parent, "resource", PARENT, errors);
        ObjectReferences.segment(parent, "name", PARENT, errors);
        String namespace = Trees.text(parent, "namespace");
        if (!namespace.isEmpty()) {
            errors.invalidEach(PARENT.child("namespace"), namespace, Names.pathSegment(namespace));
        }
    }

    @Override
    public void validateUpdate(ObjectNode updated, ObjectNode existing, FieldErrors errors) {
        validate(updated, errors);
        JsonNode parent = updated.path("spec").path("parentRef");
        if (!Trees.same(parent, existing.path("spec").path("parentRef"))) {
            ObjectNode shown = JsonNodeFactory.instance.objectNode();
            shown.put("Group", Trees.text(parent, "group")).put("Resource", Trees.text(parent, "resource"));
            shown.put("Namespace", Trees.text(parent, "namespace")).put("Name", Trees.text(parent, "name"));
            errors.invalid(PARENT, parent.isObject() ? shown : null, "field is immutable");
        }
    }

    @Override
    public NameRule nameRule() {
        return NameRule.IP_ADDRESS;
    }

    @Override
    public Map<String, String> selectableFields(ObjectNode object) {
        return Map.of();
    }

    /** The row has a cell more than the table has columns: so does the original's. */
    @Override
    public List<TableColumn> tableColumns() {
        return List.of(
                Columns.NAME,
                Columns.string("ParentRef", 0, o -> parent(o.path("spec").path("parentRef"))),
                Columns.AGE.withoutDefinition());
    }

    private static String parent(JsonNode parent) {
        if (!parent.isObject()) {
            return "<none>";
        }
        String group = Trees.text(parent, "group");
        String resource = Trees.text(parent, "resource") + (group.isEmpty() ? "" : "." + group);
        String namespace = Trees.text(parent, "namespace");
        return resource.toLowerCase(Locale.ROOT) + (namespace.isEmpty() ? "" : "/" + namespace) + "/"
                + Trees.text(parent, "name");
    }
}
