package io.kybern.apiserver.registry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.storage.EncodedObject;
import io.kybern.apiserver.storage.cache.CachedResource;
import io.kybern.apiserver.wire.JsonTree;
import io.kybern.apiserver.wire.protobuf.ProtobufDecoder;
import io.kybern.apiserver.wire.protobuf.ProtobufEncoder;
import io.kybern.crd.resource.GroupVersionKind;
import java.util.ArrayList;
import java.util.Map;
import java.util.function.Function;

/**
 * Objects of a built-in kind as other servers may have stored them: JSON, or the original's protobuf in its envelope, in
 * any version that is known here.
 *
 * @param stored the kind as this server stores it
 * @param fields the values of its selectable fields
 */
record ForeignValues(GroupVersionKind stored, Function<ObjectNode, Map<String, String>> fields) {
    private static final String AGGREGATION = "apiregistration.k8s.io";
    private static final String ADMISSION = "admissionregistration.k8s.io";

    /**
     * What 1.36 stores in a version that it does not serve, for the sake of the release before: the form of that version is the
     * one of its successor. Source: {@code pkg/kubeapiserver/default_storage_factory_builder.go}, and what a server writes.
     */
    private static final Map<GroupVersionKind, GroupVersionKind> SAME_FORM = Map.of(
            new GroupVersionKind(ADMISSION, "v1beta1", "MutatingAdmissionPolicy"),
            new GroupVersionKind(ADMISSION, "v1", "MutatingAdmissionPolicy"),
            new GroupVersionKind(ADMISSION, "v1beta1", "MutatingAdmissionPolicyBinding"),
            new GroupVersionKind(ADMISSION, "v1", "MutatingAdmissionPolicyBinding"));

    EncodedObject read(byte[] value) {
        ObjectNode object = value[0] == '{' ? json(value) : protobuf(ProtobufDecoder.open(value));
        GroupVersionKind kind = GroupVersionKind.of(
                object.path("apiVersion").asText(), object.path("kind").asText());
        ObjectNode current = ResourceRegistry.codec(kind).decode(object, new ArrayList<>());
        if (!kind.equals(stored)) {
            current = BuiltinConversions.of(kind).toStorage(current);
            current.put("kind", stored.kind()).put("apiVersion", stored.apiVersion());
            current = ResourceRegistry.codec(stored).complete(current);
        }
        return ResourceRegistry.codec(stored).encode(current, fields.apply(current));
    }

    /** What the original stores of the JSON of an object by default. */
    byte[] toProtobuf(byte[] json) {
        return isJsonInOriginal() ? json : ProtobufEncoder.encode(JsonTree.parseStored(json));
    }

    private boolean isJsonInOriginal() {
        return stored.equals(StoredDefinitions.V1) || stored.group().equals(AGGREGATION);
    }

    /** How many bytes the original makes of the JSON of an object: of some kinds that is JSON, else protobuf. */
    long sizeInOriginal(byte[] json) {
        if (stored.equals(StoredDefinitions.V1)) {
            return StoredDefinitions.sizeInOriginal(json);
        }
        return isJsonInOriginal() ? CachedResource.JSON_SIZE.applyAsLong(json) : toProtobuf(json).length;
    }

    private static ObjectNode json(byte[] value) {
        ObjectNode object = JsonTree.parseStored(value);
        GroupVersionKind kind = GroupVersionKind.of(
                object.path("apiVersion").asText(), object.path("kind").asText());
        if (kind.equals(StoredDefinitions.BETA)) {
            StoredDefinitions.toV1(object);
        } else {
            object.put("apiVersion", SAME_FORM.getOrDefault(kind, kind).apiVersion());
        }
        return object;
    }

    private ObjectNode protobuf(ProtobufDecoder.Envelope envelope) {
        GroupVersionKind kind = envelope.kind(stored);
        GroupVersionKind known = SAME_FORM.getOrDefault(kind, kind);
        return ProtobufDecoder.decode(
                new ProtobufDecoder.Envelope(known.apiVersion(), known.kind(), envelope.raw()), stored);
    }
}
