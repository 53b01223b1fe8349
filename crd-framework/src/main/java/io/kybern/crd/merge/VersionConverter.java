package io.kybern.crd.merge;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.schema.Schema;
import java.util.Optional;

/**
 * Shows an object in the version in which another manager wrote its fields. Asked only when an object's managers wrote
 * in more than one version.
 */
@FunctionalInterface
public interface VersionConverter {
    /** Knows the version of the request alone: what was owned in others is forgotten. */
    VersionConverter NONE = (object, apiVersion) -> Optional.empty();

    /**
     * The object in that version; empty if the version is not known (any more).
     *
     * @param object not to be changed
     */
    Optional<Versioned> convert(ObjectNode object, String apiVersion);

    /** An object with the schema of its version. */
    record Versioned(ObjectNode object, Schema schema) {}
}
