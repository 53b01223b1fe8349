package io.kybern.crd.cel.rule;

import com.fasterxml.jackson.databind.JsonNode;
import io.kybern.crd.cel.check.StructTypes;
import io.kybern.crd.cel.cost.SizeRange;
import io.kybern.crd.cel.program.SizeHints;
import io.kybern.crd.cel.type.CelType;
import io.kybern.crd.name.Names;
import io.kybern.crd.schema.Constraints;
import io.kybern.crd.schema.Schema;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What a schema is to CEL: a type, and how large its values may be, which estimates of costs go by. Data without a schema
 * has no type: fields that hold it do not exist for rules.
 *
 * <p>The types of fields are made when somebody asks for them: rules name a few of the hundreds that a schema may have.
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
    /** Less than 0 until somebody asks, where it takes a walk over what must be there: many rules ask the same type. */
    private volatile long minSize;
    /** A list's, a map's, a text's; less than 0: as many as there is room for. */
    private final long mostElements;

    private final @Nullable SchemaType element;
    private final @Nullable Struct struct;

    /**
     * A type with fields.
     *
     * @param above the names of the schemas that it is in, and its own
     * @param made fields that were asked for, by the names of their properties; empty: rules can't see it
     */
    private record Struct(String name, Schema schema, Set<String> above, Map<String, Optional<SchemaType>> made) {
        Struct(String name, Schema schema, Set<String> above) {
            this(name, schema, above, new ConcurrentHashMap<>());
        }

        Optional<SchemaType> property(String property) {
            return made.computeIfAbsent(property, this::make);
        }

        private Optional<SchemaType> make(String property) {
            Schema declared = schema.property(property);
            return declared.declared()
                    ? Optional.ofNullable(SchemaType.make(
                            declared,
                            declared.embeddedResource(),
                            name + "." + Escaping.escape(property).orElse(""),
                            above))
                    : Optional.empty();
        }

        /** @param field as CEL says it */
        @Nullable SchemaType field(String field) {
            Optional<String> property = Escaping.unescape(field);
            return property.isPresent()
                            && Escaping.escape(property.get())
                                    .filter(field::equals)
                                    .isPresent()
                    ? property(property.get()).orElse(null)
                    : null;
        }

        /** Of what must be there. */
        long minSize() {
            long size = 2;
            for (String required : new HashSet<>(schema.required())) {
                Optional<SchemaType> field = property(required);
                if (field.isPresent()
                        && schema.property(required).defaultValue().isEmpty()) {
                    size += Names.bytes(required) + field.get().minSize() + 4;
                }
            }
            return size;
        }
    }

    private SchemaType(
            CelType type, long minSize, long mostElements, @Nullable SchemaType element, @Nullable Struct struct) {
        this.type = type;
        this.minSize = minSize;
        this.mostElements = mostElements;
        this.element = element;
        this.struct = struct;
    }

    private static SchemaType scalar(CelType type, long mostElements, long minSize) {
        return new SchemaType(type, minSize, mostElements, null, null);
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
                        : new SchemaType(CelType.list(item.type), 2, most(limits.maxItems()), item, null);
            }
            case "object" -> object(schema, resource, name, limits, with(above, schema));
            case "string" -> text(schema, limits);
            case "boolean" -> scalar(CelType.BOOL, 0, 4);
            case "number" -> scalar(CelType.DOUBLE, 0, 1);
            case "integer" -> scalar(CelType.INT, 0, 1);
            default -> null;
        };
    }

    private static long most(OptionalLong limit) {
        return limit.isPresent() ? Math.max(0, limit.getAsLong()) : -1;
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
                            CelType.map(CelType.STRING, value.type), 2, most(limits.maxProperties()), value, null);
        }
        return new SchemaType(CelType.struct(name), -1, 0, null, new Struct(name, schema, above));
    }

    public CelType type() {
        return type;
    }

    /** The type of a property; empty if rules can't see it. */
    Optional<SchemaType> field(String property) {
        return struct != null && Escaping.escape(property).isPresent() ? struct.property(property) : Optional.empty();
    }

    Optional<SchemaType> element() {
        return Optional.ofNullable(element);
    }

    private long minSize() {
        long size = minSize;
        if (size < 0 && struct != null) {
            size = struct.minSize();
            minSize = size;
        }
        return size;
    }

    private long maxElements() {
        if (mostElements >= 0 || element == null) {
            return mostElements;
        }
        int around = type.kind() == CelType.Kind.MAP ? 6 : 1;
        return (LARGEST_REQUEST - 2) / (element.minSize() + around);
    }

    /** How often such data may occur in one request at most. */
    long mostOccurrences() {
        return LARGEST_REQUEST / (minSize() + 1);
    }

    /** The types with fields in it, by name. */
    public StructTypes structs() {
        return new StructTypes() {
            @Override
            public boolean has(String name) {
                return struct(name) != null;
            }

            @Override
            public Optional<CelType> field(String name, String field) {
                Struct struct = struct(name);
                if (struct == null) {
                    return Optional.empty();
                }
                SchemaType known = struct.field(field);
                if (known == null && Escaping.RESERVED.contains(field)) {
                    known = struct.field("__" + field + "__");
                }
                return Optional.ofNullable(known).map(SchemaType::type);
            }
        };
    }

    /** Each type's name begins with that of what it is in: {@code selfType.spec.items.@idx}. */
    private @Nullable Struct struct(String name) {
        if (element != null) {
            return element.struct(name);
        }
        if (struct == null || struct.name().equals(name)) {
            return struct;
        }
        int step = struct.name().length() + 1;
        if (!name.startsWith(struct.name()) || name.length() <= step || name.charAt(step - 1) != '.') {
            return null;
        }
        int end = name.indexOf('.', step);
        SchemaType field = struct.field(name.substring(step, end < 0 ? name.length() : end));
        return field == null ? null : field.struct(name);
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
                default -> at.struct == null ? null : at.struct.field(step);
            };
            if (next == null) {
                return Optional.empty();
            }
            at = next;
        }
        return Optional.of(new SizeRange(0, at.maxElements()));
    }
}
