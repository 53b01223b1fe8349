package io.kybern.crd.cel.type;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A type of CEL. At run time parameters are erased: the type of a value is that with {@link #erased}.
 *
 * @param name as {@code type(x)} has it: {@code list}, {@code google.protobuf.Duration}, {@code kubernetes.Quantity}
 */
public record CelType(Kind kind, String name, List<CelType> parameters) {
    /** What a type is made of. */
    public enum Kind {
        DYN,
        BOOL,
        INT,
        UINT,
        DOUBLE,
        STRING,
        BYTES,
        NULL,
        TIMESTAMP,
        DURATION,
        LIST,
        MAP,
        STRUCT,
        OPAQUE,
        TYPE,
        PARAMETER,
        ERROR
    }

    public static final CelType DYN = simple(Kind.DYN, "dyn");
    /** As {@link #DYN}, but nothing to loop over. */
    public static final CelType ANY = simple(Kind.DYN, "google.protobuf.Any");

    public static final CelType BOOL = simple(Kind.BOOL, "bool");
    public static final CelType INT = simple(Kind.INT, "int");
    public static final CelType UINT = simple(Kind.UINT, "uint");
    public static final CelType DOUBLE = simple(Kind.DOUBLE, "double");
    public static final CelType STRING = simple(Kind.STRING, "string");
    public static final CelType BYTES = simple(Kind.BYTES, "bytes");
    public static final CelType NULL = simple(Kind.NULL, "null_type");
    public static final CelType TIMESTAMP = simple(Kind.TIMESTAMP, "google.protobuf.Timestamp");
    public static final CelType DURATION = simple(Kind.DURATION, "google.protobuf.Duration");
    public static final CelType TYPE = simple(Kind.TYPE, "type");
    public static final CelType ERROR = simple(Kind.ERROR, "error");
    public static final CelType LIST = list(DYN);
    public static final CelType MAP = map(DYN, DYN);
    public static final CelType OPTIONAL = optional(DYN);

    public CelType {
        parameters = List.copyOf(parameters);
    }

    private static CelType simple(Kind kind, String name) {
        return new CelType(kind, name, List.of());
    }

    public static CelType list(CelType element) {
        return new CelType(Kind.LIST, "list", List.of(element));
    }

    public static CelType map(CelType key, CelType value) {
        return new CelType(Kind.MAP, "map", List.of(key, value));
    }

    public static CelType optional(CelType value) {
        return new CelType(Kind.OPAQUE, "optional_type", List.of(value));
    }

    public static CelType opaque(String name) {
        return simple(Kind.OPAQUE, name);
    }

    public static CelType struct(String name) {
        return simple(Kind.STRUCT, name);
    }

    public static CelType type(CelType of) {
        return new CelType(Kind.TYPE, "type", List.of(of));
    }

    public static CelType parameter(String name) {
        return simple(Kind.PARAMETER, name);
    }

    public boolean isDyn() {
        return kind == Kind.DYN;
    }

    public boolean isOptional() {
        return kind == Kind.OPAQUE && name.equals("optional_type");
    }

    /** The element of a list, the key of a map, the value of an optional. */
    public CelType first() {
        return parameters.getFirst();
    }

    /** The value of a map. */
    public CelType second() {
        return parameters.get(1);
    }

    public boolean hasParameter() {
        if (kind == Kind.PARAMETER) {
            return true;
        }
        for (CelType parameter : parameters) {
            if (parameter.hasParameter()) {
                return true;
            }
        }
        return false;
    }

    /** As messages show it: {@code list(string)}, {@code map(string, int)}, {@code timestamp}. */
    public String format() {
        String own = switch (kind) {
            case DURATION -> "duration";
            case TIMESTAMP -> "timestamp";
            case NULL -> "null";
            case ERROR -> "!error!";
            case DYN -> equals(ANY) ? "any" : name;
            default -> name;
        };
        return parameters.isEmpty()
                ? own
                : own + parameters.stream().map(CelType::format).collect(Collectors.joining(", ", "(", ")"));
    }

    /** With the names that types are declared by: {@code google.protobuf.Timestamp}. */
    public String declared() {
        return parameters.isEmpty()
                ? name
                : name + parameters.stream().map(CelType::declared).collect(Collectors.joining(", ", "(", ")"));
    }

    @Override
    public String toString() {
        return format();
    }
}
