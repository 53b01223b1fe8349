package io.kybern.apiserver.endpoint.review;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.admission.ObjectReader;
import io.kybern.apiserver.authentication.serviceaccount.TokenClaims.Reference;
import io.kybern.apiserver.error.ApiException;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.resource.GroupResource;
import io.kybern.crd.resource.GroupVersionKind;
import io.kybern.crd.resource.Trees;
import java.util.Optional;

/** The object that a token is to be bound to. */
final class BoundObjects {
    private final ObjectReader objects;

    BoundObjects(ObjectReader objects) {
        this.objects = objects;
    }

    /** What a token is bound to; a pod brings its node with it. */
    record Bound(Optional<Reference> pod, Optional<Reference> secret, Optional<Reference> node) {
        static final Bound TO_NOTHING = new Bound(Optional.empty(), Optional.empty(), Optional.empty());
    }

    Bound find(JsonNode reference, String namespace, String account) {
        if (!reference.isObject()) {
            return Bound.TO_NOTHING;
        }
        GroupVersionKind kind = GroupVersionKind.of(Trees.text(reference, "apiVersion"), Trees.text(reference, "kind"));
        return switch (kind.group().isEmpty() ? kind.kind() : "") {
            case "Pod" -> {
                ObjectNode pod = get("pods", namespace, reference);
                if (!Trees.text(pod, "spec", "serviceAccountName").equals(account)) {
                    throw ApiException.badRequest("cannot bind token for serviceaccount " + FieldErrors.quote(account)
                            + " to pod running with different serviceaccount name.");
                }
                yield new Bound(Optional.of(checked(pod, reference)), Optional.empty(), nodeOf(pod));
            }
            case "Secret" ->
                new Bound(
                        Optional.empty(),
                        Optional.of(checked(get("secrets", namespace, reference), reference)),
                        Optional.empty());
            case "Node" ->
                new Bound(
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(checked(get("nodes", "", reference), reference)));
            default ->
                throw ApiException.badRequest("cannot bind token to object of type " + kind.group() + "/"
                        + kind.version() + ", Kind=" + kind.kind());
        };
    }

    private ObjectNode get(String plural, String namespace, JsonNode reference) {
        GroupResource resource = new GroupResource("", plural);
        String name = Trees.text(reference, "name");
        return objects.get(resource, namespace, name).orElseThrow(() -> ApiException.notFound(resource, name));
    }

    private static Reference checked(ObjectNode object, JsonNode reference) {
        String wanted = Trees.text(reference, "uid");
        Reference actual = reference(object);
        if (!wanted.isEmpty() && !wanted.equals(actual.uid())) {
            throw ApiException.conflict(
                    new GroupResource("", Trees.text(reference, "kind")),
                    Trees.text(reference, "name"),
                    "the UID in the bound object reference (" + wanted
                            + ") does not match the UID in record. The object might have been deleted and then recreated");
        }
        return actual;
    }

    /** A node that is gone is named all the same: it informs, it is not checked. */
    private Optional<Reference> nodeOf(ObjectNode pod) {
        String name = Trees.text(pod, "spec", "nodeName");
        return name.isEmpty()
                ? Optional.empty()
                : Optional.of(objects.get(new GroupResource("", "nodes"), "", name)
                        .map(BoundObjects::reference)
                        .orElse(new Reference(name, "")));
    }

    static Reference reference(ObjectNode object) {
        return new Reference(Trees.text(object, "metadata", "name"), Trees.text(object, "metadata", "uid"));
    }
}
