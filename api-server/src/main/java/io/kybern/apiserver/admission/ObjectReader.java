package io.kybern.apiserver.admission;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.resource.GroupResource;
import java.util.List;
import java.util.Optional;

/** Read access to stored objects for what runs inside the server. Trees are shared: never change them. */
public interface ObjectReader {
    /** The object now; empty namespace for cluster-scoped resources. */
    Optional<ObjectNode> get(GroupResource resource, String namespace, String name);

    /** All objects of a namespace, or of all for the empty one, in key order. */
    List<ObjectNode> list(GroupResource resource, String namespace);

    /** Whether {@link #list} would have nothing to tell, without a look at the objects. */
    boolean isEmpty(GroupResource resource, String namespace);
}
