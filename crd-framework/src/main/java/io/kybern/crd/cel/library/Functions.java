package io.kybern.crd.cel.library;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All functions of Kubernetes 1.36, by name. Made when the first expression is compiled. */
public final class Functions {
    private static final Map<String, List<Overload>> ALL = all();

    private Functions() {}

    /** The forms of a function; none: there is no such function. */
    public static List<Overload> named(String name) {
        return ALL.getOrDefault(name, List.of());
    }

    /** Whether only the expressions of mutations know the function. */
    public static boolean isForPatches(String name) {
        return name.equals(JsonPatchKeys.ESCAPE);
    }

    private static Map<String, List<Overload>> all() {
        List<List<Overload>> libraries = List.of(
                Operators.overloads(),
                Standard.overloads(),
                Times.overloads(),
                Optionals.overloads(),
                Strings.overloads(),
                Lists.overloads(),
                MoreLists.overloads(),
                Maps.overloads(),
                Sets.overloads(),
                Regexes.overloads(),
                Urls.overloads(),
                Quantities.overloads(),
                Addresses.overloads(),
                NamedFormats.overloads(),
                Semvers.overloads(),
                Authorization.overloads(),
                JsonPatchKeys.overloads());
        Map<String, List<Overload>> all = new LinkedHashMap<>();
        for (List<Overload> library : libraries) {
            for (Overload overload : library) {
                all.computeIfAbsent(overload.function(), f -> new ArrayList<>()).add(overload);
            }
        }
        all.replaceAll((name, overloads) -> List.copyOf(overloads));
        return all;
    }
}
