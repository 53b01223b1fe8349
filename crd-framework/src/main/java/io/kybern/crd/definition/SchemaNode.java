package io.kybern.crd.definition;

import com.fasterxml.jackson.databind.JsonNode;
import io.kybern.crd.cel.rule.RuleChecks.Place;
import io.kybern.crd.field.FieldPath;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A node of the schema of a custom kind, and where it stands. One for each that {@link SchemaWalk} comes to. */
final class SchemaNode {
    private static final Set<String> META = Set.of("apiVersion", "kind", "metadata");

    /** What it is to the node that it is in. */
    enum Position {
        ROOT,
        PROPERTY,
        VALUES,
        ITEMS,
        ALTERNATIVE
    }

    /** Whether it says what there is, or within {@code allOf}, {@code anyOf}, {@code oneOf} and {@code not} which values it may have. */
    enum Part {
        STRUCTURE,
        /** The first of {@code allOf} in the structure, which may hold the types of one that is an integer or a string. */
        FIRST_RESTRICTION,
        RESTRICTION,
        /** Where what is structural is not asked for. */
        OTHER
    }

    private final JsonNode schema;
    private final FieldPath path;
    private final @Nullable SchemaNode parent;
    private final Position position;
    private final Part part;
    private final boolean insideMeta;
    private final String forbidsDefaults;
    private final int said;
    private final String type;
    private @Nullable Place place;

    private SchemaNode(
            JsonNode schema,
            FieldPath path,
            @Nullable SchemaNode parent,
            Position position,
            Part part,
            boolean insideMeta,
            String forbidsDefaults) {
        this.schema = schema;
        this.path = path;
        this.parent = parent;
        this.position = position;
        this.part = part;
        this.insideMeta = insideMeta;
        this.forbidsDefaults = forbidsDefaults;
        this.said = Keyword.saidBy(schema);
        this.type = text(Keyword.TYPE);
    }

    static SchemaNode root(JsonNode schema, FieldPath path) {
        return new SchemaNode(schema, path, null, Position.ROOT, Part.STRUCTURE, false, "");
    }

    /** @param properties the path of the properties of this one */
    SchemaNode property(String name, JsonNode child, FieldPath properties) {
        FieldPath at = properties.key(name);
        boolean meta = (isRoot() || isEmbedded()) && META.contains(name);
        String forbidden = meta && isRoot() ? "in top-level " + name : forbidsDefaults;
        return new SchemaNode(child, at, this, Position.PROPERTY, partOfFields(), insideMeta || meta, forbidden);
    }

    SchemaNode values(JsonNode child) {
        String forbidden = insideMeta ? "inside additionalProperties applying to object metadata" : forbidsDefaults;
        Part below = part == Part.STRUCTURE ? Part.STRUCTURE : Part.OTHER;
        FieldPath at = path.child(Keyword.ADDITIONAL_PROPERTIES.text());
        return new SchemaNode(child, at, this, Position.VALUES, below, insideMeta, forbidden);
    }

    SchemaNode items(JsonNode child) {
        FieldPath at = path.child(Keyword.ITEMS.text());
        return new SchemaNode(child, at, this, Position.ITEMS, partOfFields(), insideMeta, forbidsDefaults);
    }

    SchemaNode alternative(JsonNode child, FieldPath at, Part below) {
        return new SchemaNode(child, at, this, Position.ALTERNATIVE, below, insideMeta, forbidsDefaults);
    }

    private Part partOfFields() {
        return part == Part.FIRST_RESTRICTION ? Part.RESTRICTION : part;
    }

    boolean says(Keyword keyword) {
        return keyword.isIn(said);
    }

    /** @param keywords see {@link Keyword#set} */
    boolean saysAnyOf(int keywords) {
        return (said & keywords) != 0;
    }

    /** Missing where it is not said. */
    JsonNode get(Keyword keyword) {
        return schema.path(keyword.text());
    }

    String text(Keyword keyword) {
        return says(keyword) ? get(keyword).asText("") : "";
    }

    boolean isTrue(Keyword keyword) {
        return says(keyword) && get(keyword).asBoolean();
    }

    FieldPath path(Keyword keyword) {
        return path.child(keyword.text());
    }

    JsonNode schema() {
        return schema;
    }

    FieldPath path() {
        return path;
    }

    Position position() {
        return position;
    }

    Part part() {
        return part;
    }

    /** As it says; empty: nothing. */
    String type() {
        return type;
    }

    boolean isRoot() {
        return position == Position.ROOT;
    }

    boolean isEmbedded() {
        return isTrue(Keyword.EMBEDDED_RESOURCE);
    }

    boolean isInsideMeta() {
        return insideMeta;
    }

    /** Why no default may be here; empty: it may. */
    String forbidsDefaults() {
        return forbidsDefaults;
    }

    /** For the rules in it, if it is one of the structure. */
    Place place() {
        Place known = place;
        if (known == null) {
            known = parent == null
                    ? Place.ROOT
                    : parent.place().within(parent.schema, parent.path, correlates(parent), isEmbedded());
            place = known;
        }
        return known;
    }

    /** Whether what it was before is known where it is in an object that changes. */
    private boolean correlates(SchemaNode parent) {
        return switch (position) {
            case ITEMS -> parent.text(Keyword.LIST_TYPE).equals("map");
            case PROPERTY ->
                !parent.says(Keyword.MAP_TYPE) || CollectionRules.MAP_TYPES.contains(parent.text(Keyword.MAP_TYPE));
            default -> true;
        };
    }
}
