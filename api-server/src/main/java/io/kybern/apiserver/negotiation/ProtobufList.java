package io.kybern.apiserver.negotiation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.registry.Resource;
import io.kybern.apiserver.storage.StoredObject;
import io.kybern.apiserver.wire.protobuf.ProtobufEncoder;
import io.kybern.crd.resource.GroupVersionKind;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * The bytes of a list as protobuf. Its length stands before its items, so all of them are encoded first; their bytes are kept with
 * their objects, and joined as the connection takes them.
 */
final class ProtobufList implements Iterator<byte[]> {
    private static final int CHUNK = 32 << 10;

    private final byte[] head;
    private final Iterator<byte[]> items;
    private boolean started;
    private boolean ended;

    private ProtobufList(byte[] head, Iterator<byte[]> items) {
        this.head = head;
        this.items = items;
    }

    static ProtobufList of(Resource resource, List<StoredObject> objects, ObjectNode metadata) {
        List<Object> form = List.of("protobuf", resource.kind());
        List<byte[]> items = new ArrayList<>(objects.size());
        int length = 0;
        for (StoredObject object : objects) {
            byte[] item = object.form(form, o -> encoded(resource, o));
            items.add(item);
            length = Math.addExact(length, item.length + ProtobufEncoder.itemHead(item).length);
        }
        GroupVersionKind kind = resource.kind();
        GroupVersionKind list = new GroupVersionKind(
                kind.group(), kind.version(), resource.definition().names().listKind());
        return new ProtobufList(ProtobufEncoder.listHead(list, metadata, length), items.iterator());
    }

    private static byte[] encoded(Resource resource, StoredObject object) {
        ObjectNode item = resource.fromStorage(resource.copy(object));
        item.remove(List.of("kind", "apiVersion"));
        return ProtobufEncoder.item(item, resource.kind());
    }

    @Override
    public boolean hasNext() {
        return !ended;
    }

    @Override
    public byte[] next() {
        if (ended) {
            throw new NoSuchElementException();
        }
        ByteArrayOutputStream chunk = new ByteArrayOutputStream(CHUNK + (CHUNK >> 2));
        if (!started) {
            started = true;
            chunk.writeBytes(head);
        }
        while (chunk.size() < CHUNK && items.hasNext()) {
            byte[] item = items.next();
            chunk.writeBytes(ProtobufEncoder.itemHead(item));
            chunk.writeBytes(item);
        }
        if (!items.hasNext()) {
            ended = true;
            chunk.writeBytes(ProtobufEncoder.listTail());
        }
        return chunk.toByteArray();
    }
}
