package io.kybern.crd.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A structural schema: an OpenAPI v3 schema of the restricted form that Kubernetes accepts, with its extensions. The
 * same type describes built-in kinds (parsed from the published API structure, {@code $ref}s resolved lazily) and
 * custom ones. Immutable.
 */
public interface Schema {
    /** {@code object array string integer number boolean}; empty where any value goes. */
    String type();

    String format();

    /** Named properties in their declared order; empty for maps and scalars. */
    Map<String, Schema> properties();

    /** The schema of the values of a map; empty where there is none. */
    Optional<Schema> additionalProperties();

    /** The schema of the items of an array. */
    Optional<Schema> items();

    List<String> required();

    Optional<JsonNode> defaultValue();

    boolean nullable();

    boolean preserveUnknownFields();

    boolean embeddedResource();

    boolean intOrString();

    /** {@code atomic set map}; empty: atomic for arrays. */
    Optional<String> listType();

    List<String> listMapKeys();

    /** {@code granular atomic}; empty: granular. */
    Optional<String> mapType();

    /** {@code merge retainKeys replace}, as in {@code x-kubernetes-patch-strategy}. */
    List<String> patchStrategies();

    Optional<String> patchMergeKey();

    /** The schema as it was given, for validation rules that this interface does not name. */
    JsonNode raw();
}
