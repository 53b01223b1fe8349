package io.kybern.crd.cel.library;

import static io.kybern.crd.cel.library.Overload.global;
import static io.kybern.crd.cel.library.Overload.member;

import io.kybern.crd.cel.type.CelType;
import io.kybern.crd.cel.value.Bytes;
import io.kybern.crd.cel.value.CelError;
import io.kybern.crd.cel.value.CelList;
import io.kybern.crd.cel.value.CelMap;
import io.kybern.crd.cel.value.CelNull;
import io.kybern.crd.cel.value.CelOptional;
import io.kybern.crd.cel.value.UInt;
import io.kybern.crd.cel.value.Values;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;

/**
 * Values that may be absent. What decides whether an operand is evaluated ({@code or}, {@code orValue}, {@code .?f},
 * {@code [?i]}) is only declared here.
 */
final class Optionals {
    private static final CelType K = CelType.parameter("K");
    private static final CelType V = CelType.parameter("V");
    private static final CelType OPTIONAL = CelType.optional(V);
    private static final CelType LIST = CelType.list(V);
    private static final CelType MAP = CelType.map(K, V);

    /** Of year 1, when time begins. */
    private static final long FIRST_SECOND = -62135596800L;

    private Optionals() {}

    static List<Overload> overloads() {
        CelType optionals = CelType.list(OPTIONAL);
        return List.of(
                global("optional.of", "optional_of", OPTIONAL, V).maps(v -> CelOptional.of(v)),
                global("optional.ofNonZeroValue", "optional_ofNonZeroValue", OPTIONAL, V)
                        .maps(v -> isZero(v) ? CelOptional.NONE : CelOptional.of(v)),
                global("optional.none", "optional_none", OPTIONAL).does(none -> CelOptional.NONE),
                member("value", "optional_value", V, OPTIONAL).maps(o -> ((CelOptional) o).value()),
                member("hasValue", "optional_hasValue", CelType.BOOL, OPTIONAL).maps(o -> ((CelOptional) o).hasValue()),
                member("or", "optional_or_optional", OPTIONAL, OPTIONAL, OPTIONAL),
                member("orValue", "optional_orValue_value", V, OPTIONAL, V),
                global("_?._", "select_optional_field", OPTIONAL, CelType.DYN, CelType.STRING),
                global("_[?_]", "list_optindex_optional_int", OPTIONAL, LIST, CelType.INT),
                global("_[?_]", "optional_list_optindex_optional_int", OPTIONAL, CelType.optional(LIST), CelType.INT),
                global("_[?_]", "map_optindex_optional_value", OPTIONAL, MAP, K),
                global("_[?_]", "optional_map_optindex_optional_value", OPTIONAL, CelType.optional(MAP), K),
                Operators.index("optional_list_index_int", OPTIONAL, CelType.optional(LIST), CelType.INT),
                Operators.index("optional_map_index_value", OPTIONAL, CelType.optional(MAP), K),
                member("first", "list_first", OPTIONAL, LIST).maps(l -> element((CelList) l, 0)),
                member("last", "list_last", OPTIONAL, LIST).maps(l -> element((CelList) l, ((CelList) l).size() - 1)),
                global("optional.unwrap", "optional_unwrap", LIST, optionals).maps(Optionals::unwrap),
                member("unwrapOpt", "optional_unwrapOpt", LIST, optionals).maps(Optionals::unwrap));
    }

    private static boolean isZero(Object value) {
        return switch (value) {
            case Boolean b -> !b;
            case Long i -> i == 0;
            case UInt u -> u.bits() == 0;
            case Double d -> d == 0;
            case String s -> s.isEmpty();
            case Bytes b -> b.content().length == 0;
            case CelNull n -> true;
            case CelList l -> l.size() == 0;
            case CelMap m -> m.size() == 0;
            case Duration d -> d.isZero();
            case OffsetDateTime t -> t.toEpochSecond() == FIRST_SECOND && t.getNano() == 0;
            default -> false;
        };
    }

    private static Object element(CelList list, int index) {
        return list.size() == 0 ? CelOptional.NONE : CelOptional.of(list.get(index));
    }

    private static Object unwrap(Object list) {
        List<Object> present = new ArrayList<>();
        for (int i = 0; i < ((CelList) list).size(); i++) {
            Object element = ((CelList) list).get(i);
            if (!(element instanceof CelOptional optional)) {
                return new CelError("value " + Values.text(element) + " is not optional");
            }
            if (optional.hasValue()) {
                present.add(optional.value());
            }
        }
        return CelList.of(present);
    }
}
