package io.kybern.apiserver.registry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.storage.EncodedObject;
import io.kybern.apiserver.wire.JsonTree;
import io.kybern.apiserver.wire.protobuf.ProtobufDecoder;
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
    EncodedObject read(byte[] value) {
        ObjectNode object = value[0] == '{'
                ? JsonTree.parseStored(value)
                : ProtobufDecoder.decode(ProtobufDecoder.open(value), stored);
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
}
