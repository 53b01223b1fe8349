package io.kybern.apiserver.wire;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * How Go encodes one struct of the API: its JSON members in order, which of them are left out when empty, and their
 * protobuf numbers. Members of inlined structs appear among those of the outer one in JSON; in protobuf the inlined struct
 * is a message of its own.
 */
public final class WireType {
    private final String name;
    private final List<Field> fields;
    private final boolean kind;
    private @Nullable Map<String, Integer> places;
    private @Nullable List<Field> flat;
    private int @Nullable [] needed;

    WireType(String name, List<Field> fields, boolean kind) {
        this.name = name;
        this.fields = fields;
        this.kind = kind;
    }

    /** Whether objects of this type may say their {@code kind} and {@code apiVersion}, also inside another object. */
    public boolean isKind() {
        return kind;
    }

    /**
     * One member.
     *
     * @param name JSON name; empty for an inlined struct
     * @param omitEmpty left out when empty (a struct never is)
     * @param omitZero left out when it is the zero value, structs too
     * @param number protobuf field number, 0 if it has none
     */
    public record Field(String name, WireValue value, boolean omitEmpty, boolean omitZero, boolean inline, int number) {
        /** Whether it may be written though it is absent: as its zero value or as null. */
        boolean shownAbsent() {
            if (value.pointer() || omitZero) {
                return !omitEmpty && !omitZero;
            }
            return switch (value) {
                case WireValue.Struct struct -> true;
                case WireValue.ListOf list -> !omitEmpty;
                case WireValue.MapOf map -> !omitEmpty;
                case WireValue.Scalar scalar -> !omitEmpty || scalar.isStruct();
            };
        }

        /** Whether an empty value is as good as none. */
        boolean leavesOutEmpty() {
            return omitEmpty
                    && !value.pointer()
                    && switch (value) {
                        case WireValue.Struct struct -> false;
                        case WireValue.Scalar scalar ->
                            !scalar.isStruct() && scalar.kind() != WireValue.Scalar.Kind.JSON;
                        default -> true;
                    };
        }
    }

    /** For instance {@code core/v1.PodSpec}. */
    public String name() {
        return name;
    }

    /** As Go prints the type in messages: {@code v1.PodSpec}. */
    public String goName() {
        return name.substring(name.lastIndexOf('/') + 1);
    }

    /** The bare struct name: {@code PodSpec}. */
    public String structName() {
        return name.substring(name.lastIndexOf('.') + 1);
    }

    /** The members as declared, inlined structs as one member. */
    public List<Field> declared() {
        return fields;
    }

    /** The JSON members in order, inlined ones included. */
    public List<Field> members() {
        List<Field> known = flat;
        if (known == null) {
            known = new ArrayList<>();
            for (Field field : fields) {
                if (field.inline() && field.value() instanceof WireValue.Struct struct) {
                    known.addAll(struct.type().members());
                } else {
                    known.add(field);
                }
            }
            flat = List.copyOf(known);
        }
        return known;
    }

    /** Where those {@link #members} stand that may be written though they are absent: few of most types. */
    int[] shownAbsent() {
        int[] known = needed;
        if (known == null) {
            List<Field> all = members();
            known = IntStream.range(0, all.size())
                    .filter(place -> all.get(place).shownAbsent())
                    .toArray();
            needed = known;
        }
        return known;
    }

    /** The JSON member of this name, null if there is none. */
    public @Nullable Field member(String member) {
        int place = place(member);
        return place < 0 ? null : members().get(place);
    }

    /** Where in {@link #members} the member of this name stands, negative if there is none. */
    int place(String member) {
        Map<String, Integer> known = places;
        if (known == null) {
            known = new HashMap<>();
            int place = 0;
            for (Field field : members()) {
                known.putIfAbsent(field.name(), place++);
            }
            places = known;
        }
        Integer place = known.get(member);
        return place == null ? -1 : place;
    }
}
