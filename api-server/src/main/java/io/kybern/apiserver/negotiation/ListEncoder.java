package io.kybern.apiserver.negotiation;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.http.ApiRequest;
import io.kybern.apiserver.http.ApiResponse;
import io.kybern.apiserver.registry.Resource;
import io.kybern.apiserver.storage.StoredObject;
import io.kybern.apiserver.wire.JsonWriter;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/** Lists in every form. Plain JSON is the stored bytes between commas, handed out as they are; no list is built whole. */
public final class ListEncoder {
    private static final byte[] OPEN = {'{'};
    private static final byte[] NEXT = {','};
    private static final byte[] NEXT_OPEN = {',', '{'};
    private static final byte[] TAIL = {']', '}', '\n'};

    private final Tables tables;

    public ListEncoder(Tables tables) {
        this.tables = tables;
    }

    public ApiResponse encode(Resource resource, ListPage page, Representation form, ApiRequest request) {
        return switch (form.projection()) {
            case TABLE -> Encoder.tree(200, tables.ofList(resource, items(page), listMeta(page), form, request), form);
            case METADATA -> Encoder.tree(200, metadataList(resource, page, form), form);
            case NONE -> objects(resource, page, form);
        };
    }

    private static ApiResponse objects(Resource resource, ListPage page, Representation form) {
        if (form.plainJson()) {
            return new ApiResponse.Chunks(200, Encoder.contentType("application/json"), new JsonList(resource, page));
        }
        return form.format() == Representation.Format.PROTOBUF
                ? new ApiResponse.Chunks(
                        200,
                        Encoder.contentType(form.format().mediaType()),
                        ProtobufList.of(resource, items(page), objectListMeta(resource, page)))
                : Encoder.tree(200, treeList(resource, page), form);
    }

    private static List<StoredObject> items(ListPage page) {
        List<StoredObject> items = new ArrayList<>();
        page.items().forEachRemaining(items::add);
        return items;
    }

    private static ObjectNode listMeta(ListPage page) {
        ObjectNode meta = JsonNodeFactory.instance.objectNode();
        meta.put("resourceVersion", page.revision().toString());
        page.next().ifPresent(token -> meta.put("continue", token));
        page.remaining().ifPresent(n -> meta.put("remainingItemCount", n));
        return meta;
    }

    /** Lists of custom resources have a continue token even where there is none. */
    private static ObjectNode objectListMeta(Resource resource, ListPage page) {
        ObjectNode meta = listMeta(page);
        if (resource.definition().custom() && !meta.has("continue")) {
            meta.put("continue", "");
        }
        return meta;
    }

    private static ObjectNode treeList(Resource resource, ListPage page) {
        ObjectNode list = JsonNodeFactory.instance.objectNode();
        list.put("kind", resource.definition().names().listKind())
                .put("apiVersion", resource.kind().apiVersion());
        list.set("metadata", objectListMeta(resource, page));
        ArrayNode items = list.putArray("items");
        page.items().forEachRemaining(object -> {
            ObjectNode item = resource.fromStorage(resource.tree(object));
            if (!resource.codec().itemsNameTheirKind()) {
                item = item.deepCopy();
                item.remove(List.of("kind", "apiVersion"));
            }
            items.add(item);
        });
        return list;
    }

    private static ObjectNode metadataList(Resource resource, ListPage page, Representation form) {
        ObjectNode list = JsonNodeFactory.instance.objectNode();
        list.put("kind", "PartialObjectMetadataList").put("apiVersion", "meta.k8s.io/" + form.version());
        list.set("metadata", listMeta(page));
        ArrayNode items = list.putArray("items");
        page.items().forEachRemaining(object -> {
            items.add(Projections.metadata(resource.tree(object), form));
        });
        return list;
    }

    /** The bytes of a JSON list: the stored ones, and what stands between them. */
    private static final class JsonList implements Iterator<ByteBuffer> {
        private final Resource resource;
        private final ListPage page;
        private final Deque<ByteBuffer> ready = new ArrayDeque<>();
        private boolean first = true;
        private boolean ended;

        JsonList(Resource resource, ListPage page) {
            this.resource = resource;
            this.page = page;
            ready.add(ByteBuffer.wrap(head()));
        }

        @Override
        public boolean hasNext() {
            return !ready.isEmpty() || !ended;
        }

        @Override
        public ByteBuffer next() {
            if (ready.isEmpty()) {
                more();
            }
            return ready.remove();
        }

        private void more() {
            if (!page.items().hasNext()) {
                ended = true;
                ready.add(ByteBuffer.wrap(TAIL));
                return;
            }
            StoredObject object = page.items().next();
            byte[] json = resource.json(object);
            int from = resource.itemOffset(object);
            boolean opened = from > 0; // cut off with the names of the kind
            if (!first || opened) {
                ready.add(ByteBuffer.wrap(first ? OPEN : opened ? NEXT_OPEN : NEXT));
            }
            first = false;
            ready.add(ByteBuffer.wrap(json, from, json.length - from));
        }

        private byte[] head() {
            JsonWriter out = new JsonWriter(256);
            out.raw('{')
                    .name("kind")
                    .string(resource.definition().names().listKind())
                    .raw(',');
            out.name("apiVersion").string(resource.kind().apiVersion()).raw(',');
            out.name("metadata").write(objectListMeta(resource, page)).raw(',');
            out.name("items").raw('[');
            return out.toByteArray();
        }
    }
}
