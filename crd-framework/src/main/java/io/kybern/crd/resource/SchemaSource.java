package io.kybern.crd.resource;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.schema.Schema;
import java.util.function.Supplier;

/** Where the schema of a version comes from. Most kinds are defined and never used: nothing is made before it is asked for. Thread-safe. */
@FunctionalInterface
public interface SchemaSource extends Supplier<Schema> {
    /** The schema for those who work by it: made on first use, then kept. */
    @Override
    Schema get();

    /** Its JSON for one who needs it once, such as for a document: nothing is kept for it, and the caller may change it. */
    default ObjectNode copy() {
        return ((ObjectNode) get().raw()).deepCopy();
    }

    /** Tells it from any other schema that the version may have had, also after a restart. */
    default String identity() {
        return get().raw().toString();
    }
}
