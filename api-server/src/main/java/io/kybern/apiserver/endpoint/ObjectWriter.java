package io.kybern.apiserver.endpoint;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.admission.AdmissionChain;
import io.kybern.apiserver.metadata.SystemFields;
import io.kybern.apiserver.storage.StoredObject;
import io.kybern.crd.resource.GroupResource;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/**
 * Writes one object: the order in which everything happens to it on its way to the store, the same for create, PUT,
 * every patch and every subresource.
 *
 * <pre>
 * decode · default (the endpoint)
 *   → managed fields → mutating admission
 *   → system fields → strategy.prepare → validate → canonicalize
 *   → validating admission → encode → one optimistic transaction
 * </pre>
 */
public final class ObjectWriter {
    static final ObjectNode NOTHING = JsonNodeFactory.instance.objectNode();

    private final ObjectCreation creation;
    private final ObjectUpdate update;

    public ObjectWriter(
            AdmissionChain admission,
            FieldManagers fieldManagers,
            SystemFields systemFields,
            InstantSource clock,
            Map<GroupResource, SideEffects> sideEffects) {
        WriteSteps steps = new WriteSteps(admission, fieldManagers, systemFields, clock, sideEffects);
        this.creation = new ObjectCreation(steps);
        this.update = new ObjectUpdate(steps, creation);
    }

    /**
     * How a write ended.
     *
     * @param tree of the storage version; of a dry run it is all there is
     */
    public record Written(ObjectNode tree, Optional<StoredObject> stored, boolean created) {}

    /** Makes the object of a request from the one that is stored, both of the served version. */
    @FunctionalInterface
    public interface Change {
        /**
         * Called again after each conflict.
         *
         * @param existing not to be changed; without fields if there is none
         * @return a new tree, decoded and defaulted
         */
        ObjectNode make(ObjectNode existing);

        /** Whether a uid that the result carries says which object is meant (a PUT), so that another one is a conflict. */
        default boolean namesObject() {
            return false;
        }

        /** Whether the change has set managed fields itself (an apply). */
        default boolean managesFields() {
            return false;
        }
    }

    /** Stores a new object; {@code served} is decoded and defaulted and is changed. */
    public Written create(Call call, ObjectNode served, WriteOptions options, boolean managesFields) {
        return creation.create(call, served, options, managesFields);
    }

    /**
     * Changes the object named in the request.
     *
     * @param mayCreate a missing object is created
     */
    public Written update(Call call, Change change, WriteOptions options, boolean mayCreate) {
        return update.update(call, change, options, mayCreate);
    }
}
