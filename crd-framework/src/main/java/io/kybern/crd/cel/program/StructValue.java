package io.kybern.crd.cel.program;

import io.kybern.crd.cel.type.CelType;
import io.kybern.crd.cel.value.CelObject;
import java.util.Map;

/** An object that an expression made: {@code Object{spec: Object.spec{…}}}. */
public record StructValue(String typeName, Map<Object, Object> fields) implements CelObject {
    @Override
    public CelType type() {
        return CelType.struct(typeName);
    }
}
