package io.kybern.crd.cel.check;

import io.kybern.crd.cel.type.CelType;
import java.util.Optional;

/** The types with fields that expressions may know. Immutable. */
public interface StructTypes {
    StructTypes NONE = new StructTypes() {
        @Override
        public boolean has(String type) {
            return false;
        }

        @Override
        public Optional<CelType> field(String type, String field) {
            return Optional.empty();
        }
    };

    boolean has(String type);

    /** The type of a field; empty if the type has none of this name. */
    Optional<CelType> field(String type, String field);
}
