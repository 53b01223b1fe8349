package io.kybern.crd.cel.rule;

import com.fasterxml.jackson.databind.JsonNode;
import io.kybern.crd.cel.check.StructTypes;
import io.kybern.crd.cel.cost.SizeRange;
import io.kybern.crd.cel.program.SizeHints;
import io.kybern.crd.cel.type.CelType;
import io.kybern.crd.name.Names;
import io.kybern.crd.schema.Constraints;
import io.kybern.crd.schema.Schema;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a schema is to CEL: a type, and how large its values may be, which estimates of costs go by. Data without a schema
 * has no type: fields that hold it do not exist for rules.
 *
 * <p>Source: {@code apiserver/pkg/cel/common/schemas.go}, {@code limits.go}.
 */
public final class SchemaType {
    private static final long LARGEST_REQUEST = 3L * 1024 * 1024;
    private static final long LONGEST_TEXT = LARGEST_REQUEST - 2;
    private static final int DURATION_LENGTH = 32;
    private static final int TIME_LENGTH = 32;
    private static final int DATE_LENGTH = 12;

    private final CelType type;
    private final Map<String, SchemaType> fields;
    private final @Nullable SchemaType element;
    private final long maxElements;
    private final long minSize;

    private SchemaType(
            CelType type,
            Map<String, SchemaType> fields,
            @Nullable SchemaType element,
            long maxElements,
            long minSize) {
        this.type = type;
        this.fields = fields;
        this.element = element;
        this.maxElements = maxElements;
        this.minSize = minSize;
    }

    private static SchemaType scalar(CelType type, long maxElements, long minSize) {
        return new SchemaType(type, Map.of(), null, maxElements, minSize);
    }

    /**
     * @param resource whether it is that of a whole resource, whose type and name rules always know
     * @param name of the type, if it is one with fields
     */
    public static Optional<SchemaType> of(Schema schema, boolean resource, String name) {
        return Optional.ofNullable(make(schema, resource, name, Set.of()));
    }

    /** @param above the names of the schemas in which it is; one that is in itself has no type there */
    private static @Nullable SchemaType make(Schema schema, boolean resource, String name, Set<String> above) {
        if (!schema.name().isEmpty() && above.contains(schema.name())) {
            return null;
        }
        Constraints limits = schema.constraints();
        if (schema.intOrString()) {
            return scalar(CelType.DYN, length(limits.maxLength(), LONGEST_TEXT), 1);
        }
        return switch (schema.type()) {
            case "array" -> {
                SchemaType item = schema.item().declared()
                        ? make(schema.item(), schema.item().embeddedResource(), name + ".@idx", with(above, schema))
                        : null;
                yield item == null
                        ? null
                        : new SchemaType(
                                CelType.list(item.type),
                                Map.of(),
                                item,
                                limits.maxItems().isPresent()
                                        ? Math.max(0, limits.maxItems().getAsLong())
                                        : (LARGEST_REQUEST - 2) / (item.minSize + 1),
                                2);
            }
            case "object" -> object(schema, resource, name, limits, with(above, schema));
            case "string" -> text(schema, limits);
            case "boolean" -> scalar(CelType.BOOL, 0, 4);
            case "number" -> scalar(CelType.DOUBLE, 0, 1);
            case "integer" -> scalar(CelType.INT, 0, 1);
            default -> null;
        };
    }

    private static long length(OptionalLong maxLength, long otherwise) {
        // A character has up to four bytes.
        return maxLength.isPresent() ? Math.max(0, maxLength.getAsLong()) * 4 : otherwise;
    }

    private static SchemaType text(Schema schema, Constraints limits) {
        return switch (schema.format()) {
            case "byte" ->
                scalar(
                        CelType.BYTES,
                        limits.maxLength().isPresent()
                                ? Math.max(0, limits.maxLength().getAsLong())
                                : LONGEST_TEXT,
                        2);
            case "duration" -> scalar(CelType.DURATION, DURATION_LENGTH, 3);
            case "date" -> scalar(CelType.TIMESTAMP, DATE_LENGTH, DATE_LENGTH);
            case "date-time" -> scalar(CelType.TIMESTAMP, TIME_LENGTH, 21);
            default -> {
                long most = LONGEST_TEXT;
                if (!limits.enumeration().isEmpty()) {
                    most = limits.enumeration().values().stream()
                            .filter(JsonNode::isTextual)
                            .mapToLong(e -> Names.bytes(e.textValue()))
                            .max()
                            .orElse(0);
                }
                yield scalar(CelType.STRING, length(limits.maxLength(), most), 2);
            }
        };
    }

    private static Set<String> with(Set<String> above, Schema schema) {
        if (schema.name().isEmpty()) {
            return above;
        }
        Set<String> all = new HashSet<>(above);
        all.add(schema.name());
        return all;
    }

    private static @Nullable SchemaType object(
            Schema given, boolean resource, String name, Constraints limits, Set<String> above) {
        Schema schema = resource ? Resources.withTypeAndMetadata(given) : given;
        if (schema.values().declared() && schema.values() != Schema.ANY) {
            SchemaType value = make(schema.values(), schema.values().embeddedResource(), name + ".@elem", above);
            return value == null
                    ? null
                    : new SchemaType(
                            CelType.map(CelType.STRING, value.type),
                            Map.of(),
                            value,
                            limits.maxProperties().isPresent()
                                    ? Math.max(0, limits.maxProperties().getAsLong())
                                    : (LARGEST_REQUEST - 2) / (value.minSize + 6),
                            2);
        }
        Set<String> required = new HashSet<>(schema.required());
        Map<String, SchemaType> fields = new LinkedHashMap<>();
        long minSize = 2;
        for (Map.Entry<String, Schema> property : schema.properties().entrySet()) {
            Optional<String> escaped = Escaping.escape(property.getKey());
            Schema declared = property.getValue();
            SchemaType field = make(declared, declared.embeddedResource(), name + "." + escaped.orElse(""), above);
            if (field == null) {
                continue;
            }
            escaped.ifPresent(e -> fields.put(e, field));
            if (required.contains(property.getKey()) && declared.defaultValue().isEmpty()) {
                minSize += Names.bytes(property.getKey()) + field.minSize + 4;
            }
        }
        return new SchemaType(CelType.struct(name), fields, null, 0, minSize);
    }

    public CelType type() {
        return type;
    }

    /** The type of a property; empty if rules can't see it. */
    Optional<SchemaType> field(String property) {
        return Escaping.escape(property).flatMap(e -> Optional.ofNullable(fields.get(e)));
    }

    Optional<SchemaType> element() {
        return Optional.ofNullable(element);
    }

    /** How often such data may occur in one request at most. */
    long mostOccurrences() {
        return LARGEST_REQUEST / (minSize + 1);
    }

    /** The types with fields in it, by name. */
    public StructTypes structs() {
        Map<String, SchemaType> all = new HashMap<>();
        collect(all);
        return new StructTypes() {
            @Override
            public boolean has(String name) {
                return all.containsKey(name);
            }

            @Override
            public Optional<CelType> field(String name, String field) {
                SchemaType struct = all.get(name);
                if (struct == null) {
                    return Optional.empty();
                }
                SchemaType known = struct.fields.get(field);
                if (known == null && Escaping.RESERVED.contains(field)) {
                    known = struct.fields.get("__" + field + "__");
                }
                return Optional.ofNullable(known).map(SchemaType::type);
            }
        };
    }

    private void collect(Map<String, SchemaType> all) {
        if (type.kind() == CelType.Kind.STRUCT) {
            all.put(type.name(), this);
            fields.values().forEach(f -> f.collect(all));
        }
        if (element != null) {
            element.collect(all);
        }
    }

    /** Sizes by paths from a variable of this type, whatever it is called. */
    SizeHints hints() {
        return path -> path.isEmpty() ? Optional.empty() : size(path.subList(1, path.size()));
    }

    private Optional<SizeRange> size(List<String> path) {
        SchemaType at = this;
        for (String step : path) {
            SchemaType next = switch (step) {
                case "@items", "@values" -> at.element;
                case "@keys" -> at.type.kind() == CelType.Kind.MAP ? scalar(CelType.STRING, 0, 2) : null;
                default -> at.fields.get(step);
            };
            if (next == null) {
                return Optional.empty();
            }
            at = next;
        }
        return Optional.of(new SizeRange(0, at.maxElements));
    }
}
