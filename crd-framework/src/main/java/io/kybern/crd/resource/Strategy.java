package io.kybern.crd.resource;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.field.FieldErrors;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is special about one kind. The pipeline owns the order: decode → {@link #applyDefaults} → admission →
 * {@link #prepareForCreate}/{@link #prepareForUpdate} → {@link #validate}/{@link #validateUpdate} →
 * {@link #canonicalize} → store. It also owns everything that holds for all kinds: ObjectMeta (names, uid, times,
 * generation counter, finalizers, owner references, immutable metadata), managed fields, unknown fields, types.
 *
 * <p>Objects are JSON trees in the kind's storage version, as decoded: unknown fields are gone, quantities and times
 * are canonical, {@code null} never occurs. A strategy may change only the tree that is named as changeable; it does no
 * I/O, keeps no state, and is called from many threads. Every method has the behaviour of a kind about which there is
 * nothing special, so that a strategy says only what is.
 *
 * <p>Source of the shape: {@code rest.RESTCreateStrategy}, {@code RESTUpdateStrategy} of k8s.io/apiserver.
 */
public interface Strategy {
    /** A kind about which there is nothing special. */
    Strategy PLAIN = new Strategy() {};

    /** Fills in versioned defaults; also runs on objects sent by PUT and made by patches. Idempotent. */
    default void applyDefaults(ObjectNode object) {}

    /** Clears what a client may not set on create ({@code status}, mostly) and fills what the server sets. */
    default void prepareForCreate(ObjectNode object, RequestContext context) {
        if (hasStatus()) {
            object.remove("status");
        }
    }

    /**
     * Resets in {@code updated} what this request may not change. The default keeps {@code status} for the object and
     * everything but {@code status} and {@code metadata} for the status subresource.
     */
    default void prepareForUpdate(ObjectNode updated, ObjectNode existing, RequestContext context) {
        if (!hasStatus()) {
            return;
        }
        if (context.subresource().equals("status")) {
            Trees.keepAllBut(updated, existing, Set.of("status", "metadata", "apiVersion", "kind"));
        } else {
            Trees.keep(updated, existing, "status");
        }
    }

    /** Whether {@code status} is a subresource, so that the object's own endpoint can't write it. */
    default boolean hasStatus() {
        return false;
    }

    /** Complains about everything in a new object but its ObjectMeta. */
    default void validate(ObjectNode object, FieldErrors errors) {}

    /** Complains about an update: by default just what {@link #validate} says of the new object. */
    default void validateUpdate(ObjectNode updated, ObjectNode existing, FieldErrors errors) {
        validate(updated, errors);
    }

    /** Complains about an update of the status subresource. */
    default void validateStatusUpdate(ObjectNode updated, ObjectNode existing, FieldErrors errors) {
        validateUpdate(updated, existing, errors);
    }

    /**
     * Complains about an update of a subresource that carries the whole object and is not {@code status}: by default what
     * {@link #validateUpdate} says.
     */
    default void validateSubresourceUpdate(
            String subresource, ObjectNode updated, ObjectNode existing, FieldErrors errors) {
        validateUpdate(updated, existing, errors);
    }

    /** Last touches after validation, such as sorting or dropping what equals a default. */
    default void canonicalize(ObjectNode object) {}

    /** Texts for {@code Warning} headers about a created object. */
    default List<String> warnings(ObjectNode object) {
        return List.of();
    }

    /** Texts for {@code Warning} headers about an update of the object itself; by default those of a created one. */
    default List<String> updateWarnings(ObjectNode updated, ObjectNode existing) {
        return warnings(updated);
    }

    /**
     * The top-level fields besides {@code metadata} and {@code status} that count for {@code metadata.generation};
     * {@code metadata.annotations} may be one of them; empty: the kind has no generation rule.
     */
    default Set<String> generationFields() {
        return Set.of();
    }

    default NameRule nameRule() {
        return NameRule.DNS_SUBDOMAIN;
    }

    /** What else the kind says of metadata, on its own endpoint ({@code ""}) or on that of a subresource. */
    default MetadataRules metadataRules(String subresource) {
        return MetadataRules.CHANGE;
    }

    /** Whether a PUT without {@code metadata.resourceVersion} is accepted and overwrites. */
    default boolean allowsUnconditionalUpdate() {
        return true;
    }

    /** Whether a PUT of an object that does not exist creates it. */
    default boolean allowsCreateOnUpdate() {
        return false;
    }

    /** Seconds of grace for a deletion without any given; 0: the object goes at once. Only pods answer otherwise. */
    default long defaultGracePeriodSeconds(ObjectNode object) {
        return 0;
    }

    /** Whether this object can be deleted gracefully now (a pod that is scheduled and not terminated). */
    default boolean deletesGracefully(ObjectNode object) {
        return false;
    }

    /** Values for field selectors besides {@code metadata.name} and {@code metadata.namespace}; keys are all the labels supported. */
    default Map<String, String> selectableFields(ObjectNode object) {
        return Map.of();
    }

    /** The labels that {@link #selectableFields} answers; a selector of another one is refused. */
    default Set<String> selectableFieldNames() {
        return Set.of();
    }

    /** What a selector of another field is refused with. */
    default String unsupportedFieldLabel(String label) {
        return selectableFieldNames().isEmpty()
                ? FieldErrors.quote(label)
                        + " is not a known field selector: only \"metadata.name\", \"metadata.namespace\""
                : "field label not supported: " + label;
    }

    /** The columns of the kind's table; the default is Name and Created At. */
    default List<TableColumn> tableColumns() {
        return Columns.NAME_AND_CREATED_AT;
    }

    /** In which order a table shows the objects of a list; by default as they come, by name. */
    default Optional<Comparator<ObjectNode>> tableOrder() {
        return Optional.empty();
    }

    /** Table rows of such objects carry a Completed condition with this reason; empty: none. */
    default String completedReason(ObjectNode object) {
        return "";
    }

    /**
     * Paths that a write to an endpoint (key: {@code ""}, {@code status}, …) never owns in managed fields, each from
     * the root ({@code List.of("status")}). Source: {@code GetResetFields} of the kind upstream.
     */
    default Map<String, Set<List<String>>> resetFields() {
        return hasStatus() ? Map.of("", Set.of(List.of("status")), "status", Set.of(List.of("spec"))) : Map.of();
    }

    /** Whether something besides {@code metadata.finalizers} keeps an object that is being deleted (namespaces). */
    default boolean holdsDeletion(ObjectNode object) {
        return false;
    }

    /**
     * Called when a deletion has begun and the object stays for now (a namespace becomes Terminating);
     * {@code metadata.deletionTimestamp} is set.
     */
    default void deletionBegins(ObjectNode object) {}

    /**
     * Whether a deletion only marks the object, by {@link #deletionBegins}, for a controller of its own to finish: no grace
     * period is set, and no other generation begins.
     */
    default boolean deletesInStages() {
        return false;
    }

    /** Whether a deletion is answered with the object that is gone instead of a Status. */
    default boolean returnsDeletedObject() {
        return false;
    }

    /** Whether dependents are orphaned when a deletion does not say (jobs, for old times' sake). */
    default boolean orphansByDefault() {
        return false;
    }

    /** Texts for {@code Warning} headers about a deletion that does not say what is to become of dependents. */
    default List<String> deletionWarnings() {
        return List.of();
    }

    /** Seconds after which a stored object goes by itself; 0: never. Events live an hour. */
    default long timeToLiveSeconds() {
        return 0;
    }
}
