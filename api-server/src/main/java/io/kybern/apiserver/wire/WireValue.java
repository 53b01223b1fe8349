package io.kybern.apiserver.wire;

import org.jspecify.annotations.Nullable;

/** The type of a member's value. */
public sealed interface WireValue {
    /** As Go prints the type in messages: {@code map[string]string}, {@code []v1.Container}, {@code int32}. */
    String goName();

    /** Whether Go holds it by pointer: a pointer keeps an explicit zero. */
    default boolean pointer() {
        return false;
    }

    /** A value with no members that a schema knows. */
    record Scalar(Kind kind, boolean pointer) implements WireValue {
        /** The scalars of the API, with Go's name. */
        public enum Kind {
            STRING("string"),
            BOOL("bool"),
            INT32("int32"),
            INT64("int64"),
            INT("int"),
            UINT8("uint8"),
            UINT32("uint32"),
            UINT64("uint64"),
            FLOAT64("float64"),
            BYTES("[]uint8"),
            QUANTITY("resource.Quantity"),
            TIME("v1.Time"),
            MICROTIME("v1.MicroTime"),
            DURATION("v1.Duration"),
            INTORSTRING("intstr.IntOrString"),
            RAW("runtime.RawExtension"),
            FIELDSV1("v1.FieldsV1"),
            JSON("v1.JSON"),
            SCHEMAORBOOL("v1.JSONSchemaPropsOrBool"),
            SCHEMAORARRAY("v1.JSONSchemaPropsOrArray"),
            SCHEMAORSTRINGS("v1.JSONSchemaPropsOrStringArray"),
            ANY("interface {}");

            private final String goName;

            Kind(String goName) {
                this.goName = goName;
            }
        }

        @Override
        public String goName() {
            return kind.goName;
        }

        /** Whether it is a struct in Go: omitempty does nothing for it. */
        boolean isStruct() {
            return switch (kind) {
                case QUANTITY, TIME, MICROTIME, INTORSTRING, RAW -> true;
                default -> false;
            };
        }

        /** Whether it may be an OpenAPI schema, or some. */
        boolean holdsSchemas() {
            return switch (kind) {
                case SCHEMAORBOOL, SCHEMAORARRAY, SCHEMAORSTRINGS -> true;
                default -> false;
            };
        }
    }

    /** A struct, found by name when first needed: types are recursive. */
    final class Struct implements WireValue {
        private final WireTypes types;
        private final String name;
        private final boolean pointer;
        private @Nullable WireType type;

        Struct(WireTypes types, String name, boolean pointer) {
            this.types = types;
            this.name = name;
            this.pointer = pointer;
        }

        public WireType type() {
            WireType known = type;
            if (known == null) {
                known = types.type(name);
                type = known;
            }
            return known;
        }

        @Override
        public boolean pointer() {
            return pointer;
        }

        @Override
        public String goName() {
            return type().goName();
        }
    }

    /**
     * A list.
     *
     * @param message in protobuf the list is a message of its own with one repeated field
     */
    record ListOf(WireValue element, boolean message, boolean pointer) implements WireValue {
        @Override
        public String goName() {
            return "[]" + element.goName();
        }
    }

    /** A map with text keys. */
    record MapOf(WireValue element, boolean pointer) implements WireValue {
        @Override
        public String goName() {
            return "map[string]" + element.goName();
        }
    }
}
