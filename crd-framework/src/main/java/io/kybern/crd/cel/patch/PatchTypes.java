package io.kybern.crd.cel.patch;

import io.kybern.crd.cel.check.StructTypes;
import io.kybern.crd.cel.type.CelType;
import java.util.Map;
import java.util.Optional;

/**
 * The types that only the expressions of mutations know: {@code Object}, with fields of any name and type, the types of
 * its fields by their paths ({@code Object.metadata.labels}), and {@code JSONPatch}.
 *
 * <p>Source: {@code apiserver/pkg/cel/mutation}.
 */
public final class PatchTypes implements StructTypes {
    public static final CelType OBJECT = CelType.struct("Object");
    public static final CelType OPERATION = CelType.struct("JSONPatch");
    public static final CelType OPERATIONS = CelType.list(OPERATION);

    private static final Map<String, CelType> MEMBERS =
            Map.of("op", CelType.STRING, "path", CelType.STRING, "from", CelType.STRING, "value", CelType.DYN);

    /** Of a field that the type has not; the original has a type without a name for it. */
    private static final CelType NAMELESS = CelType.struct("");

    @Override
    public boolean has(String type) {
        return type.equals(OPERATION.name()) || type.equals(OBJECT.name()) || type.startsWith(OBJECT.name() + ".");
    }

    @Override
    public Optional<CelType> field(String type, String field) {
        return Optional.of(type.equals(OPERATION.name()) ? MEMBERS.getOrDefault(field, NAMELESS) : CelType.DYN);
    }
}
