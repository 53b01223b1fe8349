package io.kybern.crd.cel.library;

import static io.kybern.crd.cel.library.Overload.global;

import io.kybern.crd.cel.type.CelType;
import io.kybern.crd.cel.value.CelError;
import io.kybern.crd.cel.value.CelMap;
import java.util.List;

/** What the macros that make maps become. */
final class Maps {
    static final String INSERT = "cel.@mapInsert";

    private static final CelType K = CelType.parameter("K");
    private static final CelType V = CelType.parameter("V");
    private static final CelType MAP = CelType.map(K, V);

    private Maps() {}

    static List<Overload> overloads() {
        return List.of(
                global(INSERT, "@mapInsert_map_key_value", MAP, MAP, K, V).does(a -> ((CelMap) a[0]).plus(a[1], a[2])),
                global(INSERT, "@mapInsert_map_map", MAP, MAP, MAP)
                        .combines((map, more) -> insertAll((CelMap) map, (CelMap) more)));
    }

    private static Object insertAll(CelMap map, CelMap more) {
        Object all = map;
        for (Object key : more.keys()) {
            if (all instanceof CelError) {
                return all;
            }
            all = ((CelMap) all).plus(key, more.at(key));
        }
        return all;
    }
}
