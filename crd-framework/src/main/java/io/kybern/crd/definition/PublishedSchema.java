package io.kybern.crd.definition;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.resource.SchemaSource;
import io.kybern.crd.schema.ObjectMeta;
import io.kybern.crd.schema.Schema;
import io.kybern.crd.schema.Schemas;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The schema of a version of a custom kind with the type and metadata that every object has: what publishing and managed fields go by.
 */
final class PublishedSchema implements SchemaSource {
    private final DeclaredSchemas declared;
    private final String version;
    private final List<String> selectable;
    /** Racing threads make equal ones. */
    private volatile @Nullable Schema made;

    /** @param selectable paths of the fields that objects can be selected by */
    PublishedSchema(DeclaredSchemas declared, String version, List<String> selectable) {
        this.declared = declared;
        this.version = version;
        this.selectable = selectable;
    }

    @Override
    public Schema get() {
        Schema known = made;
        if (known == null) {
            known = Schemas.parseSingle(copy());
            made = known;
        }
        return known;
    }

    @Override
    public ObjectNode copy() {
        ObjectNode schema = declared.of(version);
        embed(schema, true);
        selectable.forEach(field -> schema.withArrayProperty("x-kubernetes-selectable-fields")
                .addObject()
                .put("fieldPath", field));
        return schema;
    }

    @Override
    public String identity() {
        return declared.identity();
    }

    private static void embed(ObjectNode schema, boolean resource) {
        for (Map.Entry<String, JsonNode> e : schema.path("properties").properties()) {
            if (e.getValue() instanceof ObjectNode property) {
                embed(property, property.path("x-kubernetes-embedded-resource").asBoolean());
            }
        }
        for (String field : List.of("items", "additionalProperties")) {
            if (schema.get(field) instanceof ObjectNode inner) {
                embed(inner, inner.path("x-kubernetes-embedded-resource").asBoolean());
            }
        }
        if (resource) {
            ObjectNode properties = schema.withObjectProperty("properties");
            properties.set("apiVersion", JsonNodeFactory.instance.objectNode().put("type", "string"));
            properties.set("kind", JsonNodeFactory.instance.objectNode().put("type", "string"));
            properties.set("metadata", ObjectMeta.inline());
        }
    }
}
