package io.kybern.crd.cel.library;

import static io.kybern.crd.cel.library.Overload.global;

import io.kybern.crd.cel.cost.CallCost;
import io.kybern.crd.cel.cost.CallCost.Estimate;
import io.kybern.crd.cel.cost.CallCosts;
import io.kybern.crd.cel.cost.Costs;
import io.kybern.crd.cel.cost.Operand;
import io.kybern.crd.cel.cost.SizeRange;
import io.kybern.crd.cel.type.CelType;
import io.kybern.crd.cel.value.Arithmetic;
import io.kybern.crd.cel.value.CelError;
import io.kybern.crd.cel.value.CelList;
import io.kybern.crd.cel.value.CelMap;
import io.kybern.crd.cel.value.CelObject;
import io.kybern.crd.cel.value.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongPredicate;

/**
 * The operators. Those that decide which of their operands are evaluated ({@code && || ?:}) are only declared here.
 */
final class Operators {
    private static final CelType A = CelType.parameter("A");
    private static final CelType B = CelType.parameter("B");
    private static final CelType LIST = CelType.list(A);
    private static final CelType MAP = CelType.map(A, B);

    /** As far as the shorter of two values goes; values of a type with a cost of its own cost one unit. */
    private static final CallCost COMPARISON = CallCosts.of(
            a -> Estimate.of(comparison(a.get(0).size(), a.get(1).size())),
            (a, result) -> Costs.traversal(Math.min(Values.size(a[0]), Values.size(a[1]))));

    private static final CallCost EQUALITY = CallCosts.of(
            Operators::equality, (a, result) -> a[0] instanceof CelObject ? 1 : COMPARISON.actual(a, result));

    private static final CallCost CONCATENATION = CallCosts.of(
            a -> {
                SizeRange size = a.get(0).size().plus(a.get(1).size());
                return Estimate.of(size.times(Costs.TRAVERSAL), size);
            },
            (a, result) -> Costs.traversal(Values.size(a[0]) + Values.size(a[1])));

    private static final CallCost LIST_CONCATENATION = CallCosts.of(
            a -> Estimate.of(SizeRange.ONE, a.get(0).size().plus(a.get(1).size())), (a, result) -> 1);

    private static final CallCost IN_LIST =
            CallCosts.of(a -> Estimate.of(a.get(1).size()), (a, result) -> Values.size(a[1]));

    private static final Map<String, CelType> ORDERED = Map.of(
            "bool", CelType.BOOL,
            "int64", CelType.INT,
            "uint64", CelType.UINT,
            "double", CelType.DOUBLE,
            "string", CelType.STRING,
            "bytes", CelType.BYTES,
            "timestamp", CelType.TIMESTAMP,
            "duration", CelType.DURATION);

    private static final Map<String, CelType> NUMBERS =
            Map.of("int64", CelType.INT, "uint64", CelType.UINT, "double", CelType.DOUBLE);

    private Operators() {}

    private static SizeRange comparison(SizeRange left, SizeRange right) {
        long most = Math.min(left.max(), right.max());
        return new SizeRange(most > 0 ? 1 : 0, most).times(Costs.TRAVERSAL);
    }

    private static Estimate equality(List<Operand> a) {
        CelType type = a.get(0).type();
        if (type.equals(a.get(1).type())) {
            switch (type.name()) {
                case "kubernetes.NamedFormat" -> {
                    return Estimate.of(new SizeRange(1, 64).times(Costs.TRAVERSAL));
                }
                case "kubernetes.URL" -> {
                    SizeRange size = a.get(1).isSized() ? a.get(1).size() : SizeRange.ONE;
                    return Estimate.of(new SizeRange(1, size.max()).times(Costs.TRAVERSAL));
                }
                default -> {
                    if (type.name().startsWith("kubernetes.") || type.name().startsWith("net.")) {
                        return Estimate.of(SizeRange.ONE);
                    }
                }
            }
        }
        return COMPARISON.estimate(a);
    }

    static List<Overload> overloads() {
        List<Overload> all = new ArrayList<>();
        all.add(global("_?_:_", "conditional", A, CelType.BOOL, A, A));
        all.add(global("_&&_", "logical_and", CelType.BOOL, CelType.BOOL, CelType.BOOL));
        all.add(global("_||_", "logical_or", CelType.BOOL, CelType.BOOL, CelType.BOOL));
        all.add(global("!_", "logical_not", CelType.BOOL, CelType.BOOL)
                .maps(Arithmetic::not)
                .unguarded());
        all.add(global("@not_strictly_false", "not_strictly_false", CelType.BOOL, CelType.BOOL));
        all.add(global("_==_", "equals", CelType.BOOL, A, A)
                .combines(Values::equal)
                .unguarded()
                .costs(EQUALITY));
        all.add(global("_!=_", "not_equals", CelType.BOOL, A, A)
                .combines(Operators::differ)
                .unguarded()
                .costs(COMPARISON));
        sums(all);
        products(all);
        order(all, "_<_", "less", c -> c < 0);
        order(all, "_<=_", "less_equals", c -> c <= 0);
        order(all, "_>_", "greater", c -> c > 0);
        order(all, "_>=_", "greater_equals", c -> c >= 0);
        all.add(index("index_list", A, LIST, CelType.INT));
        all.add(index("index_map", B, MAP, A));
        all.add(global("@in", "in_list", CelType.BOOL, A, LIST)
                .combines(Operators::in)
                .unguarded()
                .costs(IN_LIST));
        all.add(global("@in", "in_map", CelType.BOOL, A, MAP)
                .combines(Operators::in)
                .unguarded());
        return all;
    }

    private static void sums(List<Overload> all) {
        all.add(add("add_bytes", CelType.BYTES, CelType.BYTES, CelType.BYTES).costs(CONCATENATION));
        all.add(add("add_double", CelType.DOUBLE, CelType.DOUBLE, CelType.DOUBLE));
        all.add(add("add_duration_duration", CelType.DURATION, CelType.DURATION, CelType.DURATION));
        all.add(add("add_duration_timestamp", CelType.TIMESTAMP, CelType.DURATION, CelType.TIMESTAMP));
        all.add(add("add_timestamp_duration", CelType.TIMESTAMP, CelType.TIMESTAMP, CelType.DURATION));
        all.add(add("add_int64", CelType.INT, CelType.INT, CelType.INT));
        all.add(add("add_list", LIST, LIST, LIST).costs(LIST_CONCATENATION));
        all.add(add("add_string", CelType.STRING, CelType.STRING, CelType.STRING)
                .costs(CONCATENATION));
        all.add(add("add_uint64", CelType.UINT, CelType.UINT, CelType.UINT));
        all.add(subtract("subtract_double", CelType.DOUBLE, CelType.DOUBLE, CelType.DOUBLE));
        all.add(subtract("subtract_duration_duration", CelType.DURATION, CelType.DURATION, CelType.DURATION));
        all.add(subtract("subtract_int64", CelType.INT, CelType.INT, CelType.INT));
        all.add(subtract("subtract_timestamp_duration", CelType.TIMESTAMP, CelType.TIMESTAMP, CelType.DURATION));
        all.add(subtract("subtract_timestamp_timestamp", CelType.DURATION, CelType.TIMESTAMP, CelType.TIMESTAMP));
        all.add(subtract("subtract_uint64", CelType.UINT, CelType.UINT, CelType.UINT));
    }

    private static Overload add(String id, CelType result, CelType left, CelType right) {
        return global("_+_", id, result, left, right).combines(Arithmetic::add).unguarded();
    }

    private static Overload subtract(String id, CelType result, CelType left, CelType right) {
        return global("_-_", id, result, left, right)
                .combines(Arithmetic::subtract)
                .unguarded();
    }

    private static void products(List<Overload> all) {
        List<CelType> numbers = List.of(CelType.DOUBLE, CelType.INT, CelType.UINT);
        for (CelType number : numbers) {
            String name = number.name() + (number.equals(CelType.DOUBLE) ? "" : "64");
            all.add(binary("_/_", "divide_" + name, number, Arithmetic::divide));
            all.add(binary("_*_", "multiply_" + name, number, Arithmetic::multiply));
            if (!number.equals(CelType.DOUBLE)) {
                all.add(binary("_%_", "modulo_" + name, number, Arithmetic::modulo));
            }
            if (!number.equals(CelType.UINT)) {
                all.add(global("-_", "negate_" + name, number, number)
                        .maps(Arithmetic::negate)
                        .unguarded());
            }
        }
    }

    private static Overload binary(String operator, String id, CelType type, Overload.Binary does) {
        return global(operator, id, type, type, type).combines(does).unguarded();
    }

    private static void order(List<Overload> all, String operator, String id, LongPredicate holds) {
        Overload.Binary does = (left, right) -> Arithmetic.compare(left, right) instanceof Long order
                ? (Object) holds.test(order)
                : orderError(left, right, operator);
        ORDERED.forEach((name, type) -> {
            Overload one = global(operator, id + "_" + name, CelType.BOOL, type, type)
                    .combines(does)
                    .unguarded();
            all.add(type.equals(CelType.STRING) || type.equals(CelType.BYTES) ? one.costs(COMPARISON) : one);
        });
        NUMBERS.forEach((left, first) -> NUMBERS.forEach((right, second) -> {
            if (!left.equals(right)) {
                all.add(global(operator, id + "_" + left + "_" + right, CelType.BOOL, first, second)
                        .combines(does)
                        .unguarded());
            }
        }));
    }

    private static Object orderError(Object left, Object right, String operator) {
        return ORDERED.containsValue(Values.typeOf(left))
                ? Arithmetic.compare(left, right)
                : new CelError("no such overload: " + operator);
    }

    private static Object differ(Object left, Object right) {
        Object same = Values.equal(left, right);
        return same instanceof Boolean b ? (Object) !b : same;
    }

    static Overload index(String id, CelType result, CelType container, CelType key) {
        return global("_[_]", id, result, container, key)
                .combines(Operators::at)
                .unguarded();
    }

    static Object at(Object container, Object key) {
        return switch (container) {
            case CelList list -> list.at(key);
            case CelMap map -> map.at(key);
            default -> CelError.noSuchKey(key);
        };
    }

    private static Object in(Object element, Object container) {
        return switch (container) {
            case CelList list -> list.contains(element);
            case CelMap map -> {
                Object found = map.find(element);
                yield found instanceof CelError ? found : (Object) (found != null);
            }
            default -> CelError.NO_OVERLOAD;
        };
    }
}
