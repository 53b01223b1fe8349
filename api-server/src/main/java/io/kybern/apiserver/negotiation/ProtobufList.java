package io.kybern.apiserver.negotiation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.registry.Resource;
import io.kybern.apiserver.storage.StoredObject;
import io.kybern.apiserver.wire.protobuf.ProtobufEncoder;
import io.kybern.crd.resource.GroupVersionKind;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The bytes of a list as protobuf. Its length stands before its items, so all of them are encoded first; their bytes are kept with
 * their objects, and handed out as they are.
 */
final class ProtobufList {
    private ProtobufList() {}

    static Iterator<ByteBuffer> of(Resource resource, List<StoredObject> objects, ObjectNode metadata) {
        List<Object> form = List.of("protobuf", resource.kind());
        List<ByteBuffer> pieces = new ArrayList<>(2 * objects.size() + 2);
        int length = 0;
        for (StoredObject object : objects) {
            byte[] item = object.form(form, o -> encoded(resource, o));
            byte[] head = ProtobufEncoder.itemHead(item);
            pieces.add(ByteBuffer.wrap(head));
            pieces.add(ByteBuffer.wrap(item));
            length = Math.addExact(length, Math.addExact(head.length, item.length));
        }
        pieces.add(ByteBuffer.wrap(ProtobufEncoder.listTail()));
        GroupVersionKind kind = resource.kind();
        GroupVersionKind list = new GroupVersionKind(
                kind.group(), kind.version(), resource.definition().names().listKind());
        ByteBuffer head = ByteBuffer.wrap(ProtobufEncoder.listHead(list, metadata, length));
        return Stream.concat(Stream.of(head), pieces.stream()).iterator();
    }

    private static byte[] encoded(Resource resource, StoredObject object) {
        ObjectNode item = resource.fromStorage(resource.copy(object));
        item.remove(List.of("kind", "apiVersion"));
        return ProtobufEncoder.item(item, resource.kind());
    }
}
