package io.kybern.crd.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A structural schema: an OpenAPI v3 schema of the restricted form that Kubernetes accepts, with its extensions. The
 * same type describes built-in kinds (from the published API structure) and custom ones.
 *
 * <p>Children are made on first use, so that a kind nobody touches costs only its JSON, and the API's cyclic types need
 * no care. A {@code $ref} without more is the component itself, shared by all who refer to it; a {@code $ref} with a
 * default, a merge key or a list type beside it (as in {@code allOf: [{$ref}], default: {}}) is a thin view that keeps
 * what stands beside the reference and takes the rest from the component.
 *
 * <p>Immutable, shared by all threads.
 */
public final class Schema {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /** Says nothing about a value: anything goes. */
    public static final Schema ANY = new Schema(JSON.objectNode(), null, "");

    /** What {@link #child} and {@link #item} answer where nothing is declared. */
    public static final Schema NONE = new Schema(JSON.objectNode(), null, "");

    private final ObjectNode raw;
    private final @Nullable Schemas components;
    private final @Nullable Schema target;
    private final String name;
    private final String type;
    private final String format;
    private final String listType;
    private final List<String> listMapKeys;
    private final String mapType;
    private final List<String> patchStrategies;
    private final String patchMergeKey;
    private final @Nullable JsonNode defaultValue;
    private final boolean nullable;
    private final boolean preserveUnknownFields;
    private final boolean embeddedResource;
    private final boolean intOrString;

    // Made on first use. Racing threads make equal ones, so a volatile write is all that is needed.
    private volatile @Nullable Map<String, Schema> properties;
    private volatile @Nullable Map<String, Schema> withDefaults;
    private volatile @Nullable Schema item;
    private volatile @Nullable Schema values;
    private volatile @Nullable Constraints constraints;

    Schema(ObjectNode raw, @Nullable Schemas components, String name) {
        this.raw = raw;
        this.components = components;
        String reference = reference(raw);
        this.target = reference.isEmpty() || components == null ? null : components.get(reference);
        this.name = target == null ? name : target.name;
        this.type = target == null ? text(raw, "type") : target.type;
        this.format = target == null ? text(raw, "format") : target.format;
        this.listType = own(raw, "x-kubernetes-list-type", target == null ? "" : target.listType);
        List<String> keys = strings(raw.path("x-kubernetes-list-map-keys"));
        this.listMapKeys = keys.isEmpty() && target != null ? target.listMapKeys : keys;
        this.mapType = own(raw, "x-kubernetes-map-type", target == null ? "" : target.mapType);
        String strategies = text(raw, "x-kubernetes-patch-strategy");
        this.patchStrategies = strategies.isEmpty() ? List.of() : List.of(strategies.split(","));
        this.patchMergeKey = text(raw, "x-kubernetes-patch-merge-key");
        JsonNode given = raw.get("default");
        this.defaultValue = given != null && !given.isNull() ? given : target == null ? null : target.defaultValue;
        this.nullable = raw.path("nullable").asBoolean() || (target != null && target.nullable);
        this.preserveUnknownFields = flag("x-kubernetes-preserve-unknown-fields", s -> s.preserveUnknownFields);
        this.embeddedResource = flag("x-kubernetes-embedded-resource", s -> s.embeddedResource);
        this.intOrString = flag("x-kubernetes-int-or-string", s -> s.intOrString) || "int-or-string".equals(format);
    }

    private interface Flag {
        boolean of(Schema schema);
    }

    private boolean flag(String extension, Flag inTarget) {
        return raw.path(extension).asBoolean() || (target != null && inTarget.of(target));
    }

    /** {@code false} for {@link #NONE} only. */
    public boolean declared() {
        return this != NONE;
    }

    /** The component that this is or refers to ({@code io.k8s.api.core.v1.PodSpec}); empty for anything inline. */
    public String name() {
        return name;
    }

    /** {@code object array string integer number boolean}; empty where any value goes. */
    public String type() {
        return type;
    }

    public String format() {
        return format;
    }

    /** Named properties in their declared order; empty for maps and scalars. */
    public Map<String, Schema> properties() {
        if (target != null) {
            return target.properties();
        }
        Map<String, Schema> made = properties;
        if (made == null) {
            made = makeProperties();
            properties = made;
        }
        return made;
    }

    /** Those of the properties that have a default: of thousands maybe a few. */
    Map<String, Schema> propertiesWithDefaults() {
        if (target != null) {
            return target.propertiesWithDefaults();
        }
        Map<String, Schema> made = withDefaults;
        if (made == null) {
            Map<String, Schema> found = new LinkedHashMap<>();
            properties().forEach((name, property) -> {
                if (property.defaultValue != null) {
                    found.put(name, property);
                }
            });
            made = found.isEmpty() ? Map.of() : Collections.unmodifiableMap(found);
            withDefaults = made;
        }
        return made;
    }

    private Map<String, Schema> makeProperties() {
        JsonNode declared = raw.path("properties");
        if (declared.isEmpty()) {
            return Map.of();
        }
        Map<String, Schema> made = LinkedHashMap.newLinkedHashMap(declared.size());
        declared.propertyStream().forEach(e -> made.put(e.getKey(), make(e.getValue())));
        return Collections.unmodifiableMap(made);
    }

    /** The named property, else the schema of a map's values, else {@link #NONE}. */
    public Schema child(String field) {
        Schema property = properties().get(field);
        return property != null ? property : values();
    }

    /** The named property or {@link #NONE}. */
    public Schema property(String field) {
        Schema property = properties().get(field);
        return property != null ? property : NONE;
    }

    /** The schema of a map's values; {@link #ANY} for {@code additionalProperties: true}, {@link #NONE} without. */
    public Schema values() {
        if (target != null) {
            return target.values();
        }
        Schema made = values;
        if (made == null) {
            JsonNode given = raw.path("additionalProperties");
            made = given.isObject() ? make(given) : given.asBoolean() ? ANY : NONE;
            values = made;
        }
        return made;
    }

    /** The schema of an array's items or {@link #NONE}. */
    public Schema item() {
        if (target != null) {
            return target.item();
        }
        Schema made = item;
        if (made == null) {
            JsonNode given = raw.path("items");
            made = given.isObject() ? make(given) : NONE;
            item = made;
        }
        return made;
    }

    /** The schema of the values of a map; empty where there is none. */
    public Optional<Schema> additionalProperties() {
        return Optional.of(values()).filter(Schema::declared);
    }

    /** The schema of the items of an array. */
    public Optional<Schema> items() {
        return Optional.of(item()).filter(Schema::declared);
    }

    private Schema make(JsonNode child) {
        if (components != null && child.size() == 1) {
            String reference = reference(child);
            if (!reference.isEmpty()) {
                return components.get(reference);
            }
        }
        return child instanceof ObjectNode object ? new Schema(object, components, "") : ANY;
    }

    public List<String> required() {
        return constraints().required();
    }

    public Optional<JsonNode> defaultValue() {
        return Optional.ofNullable(defaultValue);
    }

    public boolean nullable() {
        return nullable;
    }

    public boolean preserveUnknownFields() {
        return preserveUnknownFields;
    }

    public boolean embeddedResource() {
        return embeddedResource;
    }

    public boolean intOrString() {
        return intOrString;
    }

    /** {@code atomic set map}; empty: atomic for arrays. */
    public Optional<String> listType() {
        return listType.isEmpty() ? Optional.empty() : Optional.of(listType);
    }

    public boolean isSet() {
        return listType.equals("set");
    }

    public boolean isKeyedList() {
        return listType.equals("map");
    }

    public List<String> listMapKeys() {
        return listMapKeys;
    }

    /** {@code granular atomic}; empty: granular. */
    public Optional<String> mapType() {
        return mapType.isEmpty() ? Optional.empty() : Optional.of(mapType);
    }

    public boolean isAtomicMap() {
        return mapType.equals("atomic");
    }

    /** {@code merge retainKeys replace}, as in {@code x-kubernetes-patch-strategy}. */
    public List<String> patchStrategies() {
        return patchStrategies;
    }

    public Optional<String> patchMergeKey() {
        return patchMergeKey.isEmpty() ? Optional.empty() : Optional.of(patchMergeKey);
    }

    /** What a value must satisfy besides its type. */
    public Constraints constraints() {
        if (target != null) {
            return target.constraints();
        }
        Constraints made = constraints;
        if (made == null) {
            made = Constraints.of(raw);
            constraints = made;
        }
        return made;
    }

    /** The schema as it was given. */
    public JsonNode raw() {
        return raw;
    }

    @Override
    public String toString() {
        return name.isEmpty() ? raw.toString() : name;
    }

    static String reference(JsonNode schema) {
        JsonNode reference = schema.path("$ref");
        if (reference.isMissingNode() && schema.path("allOf").size() == 1) {
            reference = schema.path("allOf").path(0).path("$ref");
        }
        String text = reference.asText("");
        return text.substring(text.lastIndexOf('/') + 1);
    }

    private static String text(JsonNode node, String field) {
        return node.path(field).asText("");
    }

    private static String own(JsonNode node, String field, String otherwise) {
        JsonNode own = node.get(field);
        return own == null ? otherwise : own.asText("");
    }

    static List<String> strings(JsonNode array) {
        if (array.isEmpty()) {
            return List.of();
        }
        List<String> all = new ArrayList<>(array.size());
        array.forEach(e -> all.add(e.asText()));
        return List.copyOf(all);
    }
}
