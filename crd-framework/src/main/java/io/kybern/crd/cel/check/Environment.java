package io.kybern.crd.cel.check;

import io.kybern.crd.cel.library.Functions;
import io.kybern.crd.cel.library.Overload;
import io.kybern.crd.cel.type.CelType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What an expression may refer to: variables, types with fields, and functions. Immutable.
 *
 * @param extras what it may use beyond what all expressions may
 */
public record Environment(Map<String, CelType> variables, StructTypes structs, Set<Extra> extras) {
    /** Something that is known in some places only. */
    public enum Extra {
        /** The functions for patches. */
        PATCHES,
        /** {@code cel.bind}. */
        BINDINGS
    }

    private static final Map<String, CelType> TYPES = types();

    public Environment {
        variables = Map.copyOf(variables);
        extras = Set.copyOf(extras);
    }

    public Environment(Map<String, CelType> variables, StructTypes structs) {
        this(variables, structs, Set.of());
    }

    /** The forms of a function; none: there is no such function. */
    List<Overload> functions(String name) {
        return Functions.isForPatches(name) && !extras.contains(Extra.PATCHES) ? List.of() : Functions.named(name);
    }

    private static Map<String, CelType> types() {
        Map<String, CelType> types = new LinkedHashMap<>();
        for (CelType type : List.of(
                CelType.BOOL,
                CelType.BYTES,
                CelType.DOUBLE,
                CelType.DURATION,
                CelType.INT,
                CelType.list(CelType.parameter("A")),
                CelType.map(CelType.parameter("A"), CelType.parameter("B")),
                CelType.NULL,
                CelType.STRING,
                CelType.TIMESTAMP,
                CelType.TYPE,
                CelType.UINT,
                CelType.optional(CelType.parameter("V")),
                CelType.opaque("net.IP"),
                CelType.opaque("net.CIDR"))) {
            types.put(type.name(), type);
        }
        return Map.copyOf(types);
    }

    /** The type that a name stands for, where it stands for one. */
    public Optional<CelType> type(String name) {
        CelType known = TYPES.get(name);
        return known != null
                ? Optional.of(known)
                : structs.has(name) ? Optional.of(CelType.struct(name)) : Optional.empty();
    }
}
