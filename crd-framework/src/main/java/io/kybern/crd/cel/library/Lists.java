package io.kybern.crd.cel.library;

import static io.kybern.crd.cel.library.Overload.member;

import io.kybern.crd.cel.cost.CallCost;
import io.kybern.crd.cel.cost.CallCost.Estimate;
import io.kybern.crd.cel.cost.CallCosts;
import io.kybern.crd.cel.cost.Costs;
import io.kybern.crd.cel.cost.Operand;
import io.kybern.crd.cel.cost.SizeRange;
import io.kybern.crd.cel.type.CelType;
import io.kybern.crd.cel.value.Arithmetic;
import io.kybern.crd.cel.value.Bytes;
import io.kybern.crd.cel.value.CelError;
import io.kybern.crd.cel.value.CelList;
import io.kybern.crd.cel.value.CelMap;
import io.kybern.crd.cel.value.UInt;
import io.kybern.crd.cel.value.Values;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Kubernetes' functions on lists. */
final class Lists {
    /** The types of which values are ordered, by the name that overloads have. */
    static final Map<String, CelType> COMPARABLE = comparable();

    private static final Map<String, Object> ZEROES =
            Map.of("int", 0L, "uint", new UInt(0), "double", 0.0, "duration", Duration.ZERO);

    /** A look at each element and all that is in it. */
    static final CallCost TRAVERSAL =
            CallCosts.of(a -> Estimate.of(traversal(a.getFirst())), (a, result) -> traversal(a[0]));

    private Lists() {}

    private static Map<String, CelType> comparable() {
        Map<String, CelType> types = new LinkedHashMap<>();
        for (CelType type : List.of(
                CelType.INT,
                CelType.UINT,
                CelType.DOUBLE,
                CelType.BOOL,
                CelType.DURATION,
                CelType.TIMESTAMP,
                CelType.STRING,
                CelType.BYTES)) {
            types.put(type.format(), type);
        }
        return types;
    }

    private static SizeRange traversal(Operand list) {
        Optional<Operand> element = list.element();
        if (element.isEmpty()) {
            return list.size().times(Costs.TRAVERSAL);
        }
        CelType.Kind kind = element.get().type().kind();
        boolean text = kind == CelType.Kind.STRING || kind == CelType.Kind.BYTES;
        SizeRange each = text ? SizeRange.ONE.plus(element.get().size().times(Costs.TRAVERSAL)) : SizeRange.ONE;
        return list.size().times(each);
    }

    private static long traversal(Object value) {
        return switch (value) {
            case String s -> (long) (s.getBytes(StandardCharsets.UTF_8).length * Costs.TRAVERSAL);
            case Bytes b -> (long) (b.content().length * Costs.TRAVERSAL);
            case CelList list -> {
                long sum = 0;
                for (int i = 0; i < list.size(); i++) {
                    sum += traversal(list.get(i));
                }
                yield sum;
            }
            case CelMap map -> {
                long sum = 0;
                for (Object key : map.keys()) {
                    sum += traversal(key) + traversal(map.at(key));
                }
                yield sum;
            }
            default -> 1;
        };
    }

    static List<Overload> overloads() {
        List<Overload> all = new ArrayList<>();
        COMPARABLE.forEach((name, type) -> {
            CelType list = CelType.list(type);
            all.add(member("isSorted", "list_" + name + "_is_sorted_bool", CelType.BOOL, list)
                    .maps(l -> isSorted((CelList) l))
                    .costs(TRAVERSAL));
            all.add(member("max", "list_" + name + "_max_" + name, type, list)
                    .maps(l -> extreme((CelList) l, "max", -1))
                    .costs(TRAVERSAL));
            all.add(member("min", "list_" + name + "_min_" + name, type, list)
                    .maps(l -> extreme((CelList) l, "min", 1))
                    .costs(TRAVERSAL));
            if (ZEROES.get(name) instanceof Object zero) {
                all.add(member("sum", "list_" + name + "_sum_" + name, type, list)
                        .maps(l -> sum((CelList) l, zero))
                        .costs(TRAVERSAL));
            }
        });
        CelType a = CelType.parameter("A");
        all.add(member("indexOf", "list_a_index_of_int", CelType.INT, CelType.list(a), a)
                .combines((l, element) -> indexOf((CelList) l, element))
                .costs(TRAVERSAL));
        all.add(member("lastIndexOf", "list_a_last_index_of_int", CelType.INT, CelType.list(a), a)
                .combines((l, element) -> lastIndexOf((CelList) l, element))
                .costs(TRAVERSAL));
        return all;
    }

    private static Object isSorted(CelList list) {
        for (int i = 1; i < list.size(); i++) {
            if (!COMPARABLE.containsValue(Values.typeOf(list.get(i)))) {
                return CelError.NO_OVERLOAD;
            }
            if (Arithmetic.compare(list.get(i - 1), list.get(i)).equals(1L)) {
                return false;
            }
        }
        return true;
    }

    private static Object extreme(CelList list, String name, long replacedBy) {
        if (list.size() == 0) {
            return new CelError(name + " called on empty list");
        }
        Object best = list.get(0);
        for (int i = 0; i < list.size(); i++) {
            if (!COMPARABLE.containsValue(Values.typeOf(list.get(i)))) {
                return CelError.NO_OVERLOAD;
            }
            if (Arithmetic.compare(best, list.get(i)).equals(replacedBy)) {
                best = list.get(i);
            }
        }
        return best;
    }

    private static Object sum(CelList list, Object zero) {
        Object sum = zero;
        for (int i = 0; i < list.size(); i++) {
            sum = Arithmetic.add(sum, list.get(i));
            if (sum instanceof CelError) {
                return CelError.NO_OVERLOAD;
            }
        }
        return sum;
    }

    private static Object indexOf(CelList list, Object element) {
        for (int i = 0; i < list.size(); i++) {
            if (Values.equal(list.get(i), element).equals(true)) {
                return (long) i;
            }
        }
        return -1L;
    }

    private static Object lastIndexOf(CelList list, Object element) {
        for (int i = list.size() - 1; i >= 0; i--) {
            if (Values.equal(list.get(i), element).equals(true)) {
                return (long) i;
            }
        }
        return -1L;
    }
}
