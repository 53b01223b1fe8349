package io.kybern.crd.cel.library;

import static io.kybern.crd.cel.library.Overload.global;
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
import io.kybern.crd.cel.value.Values;
import io.kybern.crd.cel.value.Work;
import java.util.ArrayList;
import java.util.List;

/** CEL's own extension for lists, version 3. */
final class MoreLists {
    /** What {@code sortBy} becomes: the list, and the key of each element. */
    static final String SORT_BY_KEYS = "@sortByAssociatedKeys";

    /** More than this no evaluation may make: its cost is beyond any budget long before. */
    private static final long LONGEST_RANGE = 10_000_000;

    /** Units of work for an element that is taken into a list: it takes memory. */
    private static final long ELEMENT = 100;

    private static final CelType T = CelType.parameter("T");
    private static final CelType LIST = CelType.list(T);
    private static final CelType DYNAMIC = CelType.list(CelType.DYN);

    private static final CallCost SLICE = CallCosts.of(
            a -> {
                long start = whole(a.get(1), 0);
                long end = whole(a.get(2), a.get(0).size().max());
                return allocating(1, SizeRange.of(Math.max(0, end - start)));
            },
            (a, result) -> allocated(1, Values.size(result)));

    private static final CallCost RANGE = CallCosts.of(
            a -> allocating(1, SizeRange.of(whole(a.getFirst(), SizeRange.UNLIMITED))),
            (a, result) -> allocated(1, Values.size(result)));

    private static final CallCost REVERSE =
            CallCosts.of(a -> allocating(1, a.getFirst().size()), (a, result) -> allocated(1, Values.size(result)));

    private static final CallCost FLATTEN = CallCosts.of(
            a -> allocating(
                    a.size() > 1 ? whole(a.get(1), SizeRange.UNLIMITED) : 1,
                    a.getFirst().size()),
            (a, result) -> allocated(a.length > 1 ? (Long) a[1] : 1, Values.size(a[0])));

    private static final CallCost DISTINCT = CallCosts.of(
            a -> allocating(2, a.getFirst().size().times(a.getFirst().size())), (a, result) -> compared(a[0]));

    private MoreLists() {}

    private static long whole(Operand operand, long otherwise) {
        return operand.literal().map(l -> Math.max(0, l)).orElse(otherwise);
    }

    private static Estimate allocating(double factor, SizeRange size) {
        return Estimate.of(size.times(factor).plus(SizeRange.of(1 + Costs.LIST)), size);
    }

    private static long allocated(double factor, long size) {
        return (long) (size * factor) + 1 + Costs.LIST;
    }

    private static long compared(Object value) {
        CelList list = (CelList) value;
        long size = list.size();
        boolean text = size > 0 && (list.get(0) instanceof String || list.get(0) instanceof Bytes);
        return allocated(text ? 2 + Costs.TRAVERSAL : 2, size * size);
    }

    private static CallCost sorting(CelType type, int keys) {
        boolean text = type.equals(CelType.STRING) || type.equals(CelType.BYTES);
        double factor = text ? 2 + Costs.TRAVERSAL : 2;
        return CallCosts.of(
                a -> allocating(factor, a.get(keys).size().times(a.get(keys).size())),
                (a, result) -> compared(a[keys]));
    }

    static List<Overload> overloads() {
        List<Overload> all = new ArrayList<>();
        all.add(member("slice", "list_slice", LIST, LIST, CelType.INT, CelType.INT)
                .does(a -> slice((CelList) a[0], (Long) a[1], (Long) a[2]))
                .costs(SLICE));
        all.add(member("flatten", "list_flatten", LIST, CelType.list(LIST))
                .maps(list -> list instanceof CelList l ? flatten(l, 1) : CelError.NO_OVERLOAD)
                .unguarded()
                .costs(FLATTEN));
        all.add(member("flatten", "list_flatten_int", DYNAMIC, DYNAMIC, CelType.INT)
                .combines((list, depth) -> flatten((CelList) list, (Long) depth))
                .costs(FLATTEN));
        for (CelType type : Lists.COMPARABLE.values()) {
            CelType keys = CelType.list(type);
            all.add(member("sort", "list_" + type.name() + "_sort", keys, keys)
                    .maps(list -> sort((CelList) list, (CelList) list))
                    .costs(sorting(type, 0)));
            all.add(member(SORT_BY_KEYS, "list_" + type.name() + "_sortByAssociatedKeys", LIST, LIST, keys)
                    .combines((list, by) -> sort((CelList) list, (CelList) by))
                    .costs(sorting(type, 1)));
        }
        all.add(global("lists.range", "lists_range", CelType.list(CelType.INT), CelType.INT)
                .maps(end -> range((Long) end))
                .costs(RANGE));
        all.add(member("reverse", "list_reverse", LIST, LIST)
                .maps(list -> reverse((CelList) list))
                .costs(REVERSE));
        all.add(member("distinct", "list_distinct", LIST, LIST)
                .maps(list -> distinct((CelList) list))
                .costs(DISTINCT));
        return all;
    }

    private static Object slice(CelList list, long start, long end) {
        String call = "cannot slice(" + start + ", " + end + "), ";
        if (start < 0 || end < 0) {
            return new CelError(call + "negative indexes not supported");
        }
        if (start > end) {
            return new CelError(call + "start index must be less than or equal to end index");
        }
        if (list.size() < end) {
            return new CelError(call + "list is length " + list.size());
        }
        List<Object> part = new ArrayList<>();
        for (long i = start; i < end; i++) {
            part.add(list.get((int) i));
        }
        return CelList.of(part);
    }

    private static Object flatten(CelList list, long depth) {
        if (depth < 0) {
            return new CelError("level must be non-negative");
        }
        List<Object> flat = new ArrayList<>();
        flatten(list, depth, flat);
        return CelList.of(flat);
    }

    private static void flatten(CelList list, long depth, List<Object> flat) {
        for (int i = 0; i < list.size(); i++) {
            Work.spend(ELEMENT);
            if (list.get(i) instanceof CelList inner && depth > 0) {
                flatten(inner, depth - 1, flat);
            } else {
                flat.add(list.get(i));
            }
        }
    }

    private static Object sort(CelList list, CelList keys) {
        if (list.size() != keys.size()) {
            return new CelError(
                    SORT_BY_KEYS + "() expected a list of the same size as the associated keys list, but got "
                            + list.size() + " and " + keys.size() + " elements respectively");
        }
        if (list.size() == 0) {
            return list;
        }
        CelType type = Values.typeOf(keys.get(0));
        if (!Lists.COMPARABLE.containsValue(type)) {
            return new CelError("list elements must be comparable");
        }
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            if (!Values.typeOf(keys.get(i)).equals(type)) {
                return new CelError("list elements must have the same type");
            }
            order.add(i);
        }
        order.sort((a, b) -> Arithmetic.compare(keys.get(a), keys.get(b)) instanceof Long c ? c.intValue() : 0);
        return CelList.of(order.stream().map(list::get).toList());
    }

    private static Object range(long end) {
        if (end > LONGEST_RANGE) {
            return new CelError("range of " + end + " is too long");
        }
        List<Object> numbers = new ArrayList<>();
        for (long i = 0; i < end; i++) {
            numbers.add(i);
        }
        return CelList.of(numbers);
    }

    private static Object reverse(CelList list) {
        List<Object> reversed = new ArrayList<>();
        for (int i = list.size() - 1; i >= 0; i--) {
            reversed.add(list.get(i));
        }
        return CelList.of(reversed);
    }

    private static Object distinct(CelList list) {
        List<Object> unique = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            Object element = list.get(i);
            if (unique.stream().noneMatch(u -> Values.equal(element, u).equals(true))) {
                unique.add(element);
            }
        }
        return CelList.of(unique);
    }
}
