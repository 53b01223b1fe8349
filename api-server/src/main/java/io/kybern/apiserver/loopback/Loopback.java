package io.kybern.apiserver.loopback;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.admission.ObjectReader;
import io.kybern.apiserver.authentication.User;
import io.kybern.apiserver.chain.Exchange;
import io.kybern.apiserver.http.ApiRequest;
import io.kybern.apiserver.http.ApiResponse;
import io.kybern.apiserver.http.Headers;
import io.kybern.apiserver.http.Peer;
import io.kybern.apiserver.registry.Resource;
import io.kybern.apiserver.registry.ResourceRegistry;
import io.kybern.apiserver.storage.ObjectKey;
import io.kybern.apiserver.storage.StoredObject;
import io.kybern.apiserver.wire.JsonTree;
import io.kybern.apiserver.wire.JsonWriter;
import io.kybern.crd.resource.GroupResource;
import io.kybern.crd.resource.GroupVersionKind;
import io.kybern.crd.resource.Trees;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/**
 * The server's own way to its objects: reads from the caches, writes through the endpoints as the user {@code
 * system:apiserver}, past authentication and authorization. Blocks; any thread but an event loop.
 */
public final class Loopback implements ObjectReader {
    private static final String METADATA = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";
    private static final User SELF = new User(
            "system:apiserver", UUID.randomUUID().toString(), List.of(User.MASTERS, User.AUTHENTICATED), Map.of());

    private final ResourceRegistry registry;
    private final Function<Exchange, ApiResponse> endpoints;

    /** @param endpoints the chain without the filters that ask who it is */
    public Loopback(ResourceRegistry registry, Function<Exchange, ApiResponse> endpoints) {
        this.registry = registry;
        this.endpoints = endpoints;
    }

    /** The answer to a write. */
    public record Answer(int status, ObjectNode body) {
        public boolean ok() {
            return status < 300;
        }
    }

    @Override
    public Optional<ObjectNode> get(GroupResource resource, String namespace, String name) {
        return registry.stored(resource)
                .flatMap(r -> r.store().get(r.key(namespace, name)).map(r::tree));
    }

    public boolean exists(GroupResource resource, String namespace, String name) {
        return registry.stored(resource)
                .flatMap(r -> r.store().get(r.key(namespace, name)))
                .isPresent();
    }

    @Override
    public boolean isEmpty(GroupResource resource, String namespace) {
        Optional<Resource> stored = registry.stored(resource);
        return stored.isEmpty() || stored.get().store().snapshot().count(namespace) == 0;
    }

    @Override
    public List<ObjectNode> list(GroupResource resource, String namespace) {
        return registry.stored(resource)
                .map(r -> objects(resource, namespace).stream().map(r::tree).toList())
                .orElse(List.of());
    }

    /** The same as they are stored, for one who needs little of much. */
    public List<StoredObject> objects(GroupResource resource, String namespace) {
        List<StoredObject> out = new ArrayList<>();
        registry.stored(resource)
                .ifPresent(r -> r.store()
                        .snapshot()
                        .iterate(namespace, new ObjectKey("", ""))
                        .forEachRemaining(out::add));
        return out;
    }

    /** Creates an object that says its own kind. */
    public Answer create(ObjectNode object) {
        return send("POST", path(object, ""), object);
    }

    /** The same in the name of another part of the server. */
    public Answer create(ObjectNode object, String manager) {
        return send("POST", path(object, "") + "?fieldManager=" + manager, object);
    }

    /** Applies the status of an object, and that alone, in the name of a part of the server. */
    public Answer applyStatus(ObjectNode object, String manager) {
        ObjectNode applied = JsonNodeFactory.instance.objectNode();
        for (String field : List.of("apiVersion", "kind", "status")) {
            applied.set(field, object.path(field).deepCopy());
        }
        Trees.objects(applied.path("status").path("conditions"))
                .forEach(c ->
                        c.properties().removeIf(e -> e.getValue().asText("?").isEmpty()));
        ObjectNode metadata = applied.putObject("metadata").put("name", name(object));
        String namespace = object.path("metadata").path("namespace").asText("");
        if (!namespace.isEmpty()) {
            metadata.put("namespace", namespace);
        }
        String path = path(object, name(object) + "/status") + "?force=true&fieldManager=" + manager;
        return send("PATCH", path, applied, "application/apply-patch+yaml");
    }

    public Answer update(ObjectNode object) {
        return send("PUT", path(object, name(object)), object);
    }

    /**
     * Puts a status, and finalizers, in place of those that an object has in the revision which it says.
     *
     * @param object may lack the rest
     * @return of the object, its metadata alone
     */
    public Answer replaceStatus(ObjectNode object) {
        ArrayNode patch = JsonNodeFactory.instance.arrayNode();
        patch.addObject()
                .put("op", "add")
                .put("path", "/metadata/resourceVersion")
                .set("value", object.path("metadata").path("resourceVersion"));
        JsonNode finalizers = object.path("metadata").path("finalizers");
        if (!finalizers.isMissingNode()) {
            patch.addObject()
                    .put("op", "add")
                    .put("path", "/metadata/finalizers")
                    .set("value", finalizers);
        }
        patch.addObject().put("op", "add").put("path", "/status").set("value", object.path("status"));
        return send("PATCH", path(object, name(object) + "/status"), patch, "application/json-patch+json", METADATA);
    }

    public Answer updateStatus(ObjectNode object) {
        return send("PUT", path(object, name(object) + "/status"), object);
    }

    public Answer delete(ObjectNode object) {
        return send("DELETE", path(object, name(object)), null);
    }

    private static String name(ObjectNode object) {
        return object.path("metadata").path("name").asText();
    }

    private String path(ObjectNode object, String tail) {
        GroupVersionKind kind = GroupVersionKind.of(
                object.path("apiVersion").asText(), object.path("kind").asText());
        Resource resource = registry.definitions().stream()
                .filter(d -> d.names().kind().equals(kind.kind()) && d.group().equals(kind.group()))
                .findFirst()
                .flatMap(d ->
                        registry.find(kind.group(), kind.version(), d.names().plural()))
                .orElseThrow(() -> new IllegalArgumentException("no resource of kind " + kind));
        String namespace = object.path("metadata").path("namespace").asText("");
        return (kind.group().isEmpty() ? "/api/" : "/apis/")
                + kind.apiVersion()
                + (resource.definition().namespaced() ? "/namespaces/" + namespace : "")
                + "/" + resource.definition().names().plural()
                + (tail.isEmpty() ? "" : "/" + tail);
    }

    private Answer send(String method, String path, @org.jspecify.annotations.Nullable ObjectNode body) {
        return send(method, path, body, "application/json");
    }

    private Answer send(
            String method, String path, @org.jspecify.annotations.Nullable ObjectNode body, String contentType) {
        return send(method, path, body, contentType, "application/json");
    }

    private Answer send(
            String method,
            String path,
            @org.jspecify.annotations.Nullable JsonNode body,
            String contentType,
            String accept) {
        Headers headers = new Headers()
                .add("User-Agent", "kube-apiserver")
                .add("Content-Type", contentType)
                .add("Accept", accept);
        ApiRequest request = ApiRequest.of(method, path, headers, Peer.local());
        Exchange exchange = new Exchange(body == null ? request : request.withBody(JsonWriter.bytes(body)));
        exchange.user(SELF);
        ApiResponse response = endpoints.apply(exchange);
        return new Answer(response.status(), JsonTree.parseStored(bytes(response)));
    }

    private static byte[] bytes(ApiResponse response) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        switch (response) {
            case ApiResponse.Full full -> full.body().forEach(out::writeBytes);
            case ApiResponse.Chunks chunks -> {
                for (Iterator<ByteBuffer> it = chunks.pieces(); it.hasNext(); ) {
                    ByteBuffer piece = it.next();
                    out.write(piece.array(), piece.arrayOffset() + piece.position(), piece.remaining());
                }
            }
            default -> throw new IllegalStateException("a stream where an object was expected");
        }
        return out.toByteArray();
    }
}
