package io.kybern.crd.cel.library;

import static io.kybern.crd.cel.library.Overload.global;

import io.kybern.crd.cel.cost.CallCost;
import io.kybern.crd.cel.cost.CallCost.Estimate;
import io.kybern.crd.cel.cost.CallCosts;
import io.kybern.crd.cel.cost.SizeRange;
import io.kybern.crd.cel.type.CelType;
import io.kybern.crd.cel.value.CelList;
import io.kybern.crd.cel.value.Values;
import java.util.List;

/** Lists taken as sets. */
final class Sets {
    private static final CelType LIST = CelType.list(CelType.parameter("T"));

    private Sets() {}

    static List<Overload> overloads() {
        return List.of(
                two("sets.contains", "list_sets_contains_list", 1)
                        .combines((list, sub) -> containsAll((CelList) list, (CelList) sub)),
                two("sets.intersects", "list_sets_intersects_list", 1)
                        .combines((a, b) -> intersect((CelList) a, (CelList) b)),
                two("sets.equivalent", "list_sets_equivalent_list", 2)
                        .combines((a, b) -> equivalent((CelList) a, (CelList) b)));
    }

    private static Overload two(String function, String id, double factor) {
        CallCost cost = CallCosts.of(
                a -> Estimate.of(
                        a.get(0).size().times(a.get(1).size()).times(factor).plus(SizeRange.ONE)),
                (a, result) -> 1 + (long) (Values.size(a[0]) * Values.size(a[1]) * factor));
        return global(function, id, CelType.BOOL, LIST, LIST).costs(cost);
    }

    private static Object containsAll(CelList list, CelList sub) {
        for (int i = 0; i < sub.size(); i++) {
            Object contained = list.contains(sub.get(i));
            if (!contained.equals(true)) {
                return contained;
            }
        }
        return true;
    }

    private static Object intersect(CelList a, CelList b) {
        for (int i = 0; i < a.size(); i++) {
            if (b.contains(a.get(i)).equals(true)) {
                return true;
            }
        }
        return false;
    }

    private static Object equivalent(CelList a, CelList b) {
        Object contained = containsAll(a, b);
        return contained.equals(true) ? containsAll(b, a) : contained;
    }
}
