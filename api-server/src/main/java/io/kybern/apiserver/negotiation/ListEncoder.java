package io.kybern.apiserver.negotiation;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.http.ApiRequest;
import io.kybern.apiserver.http.ApiResponse;
import io.kybern.apiserver.registry.Resource;
import io.kybern.apiserver.storage.StoredObject;
import io.kybern.apiserver.wire.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/** Lists in every form. Plain JSON is the stored bytes between commas, handed out in chunks; no list is built whole. */
public final class ListEncoder {
    /** Small objects are gathered into pieces of about this size; larger ones go as they are. */
    private static final int CHUNK = 32 << 10;

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

    /** The bytes of a JSON list, made as they are taken. */
    private static final class JsonList implements Iterator<byte[]> {
        private final Resource resource;
        private final ListPage page;
        private boolean started;
        private boolean ended;
        private boolean first = true;

        JsonList(Resource resource, ListPage page) {
            this.resource = resource;
            this.page = page;
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
            Chunk chunk = new Chunk();
            if (!started) {
                started = true;
                chunk.add(head());
            }
            while (chunk.length < CHUNK && page.items().hasNext()) {
                StoredObject object = page.items().next();
                byte[] json = resource.json(object);
                int from = resource.itemOffset(object);
                if (!first) {
                    chunk.add((byte) ',');
                }
                first = false;
                if (from > 0) {
                    chunk.add((byte) '{');
                }
                chunk.add(json, from, json.length - from);
            }
            if (!page.items().hasNext()) {
                ended = true;
                chunk.add("]}\n".getBytes(StandardCharsets.ISO_8859_1));
            }
            return chunk.bytes();
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

    /** A growing array. */
    private static final class Chunk {
        private byte[] buffer = new byte[CHUNK + (CHUNK >> 2)];
        private int length;

        void add(byte b) {
            room(1);
            buffer[length++] = b;
        }

        void add(byte[] bytes) {
            add(bytes, 0, bytes.length);
        }

        void add(byte[] bytes, int from, int count) {
            room(count);
            System.arraycopy(bytes, from, buffer, length, count);
            length += count;
        }

        private void room(int more) {
            if (buffer.length - length < more) {
                buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, length + more));
            }
        }

        byte[] bytes() {
            return length == buffer.length ? buffer : Arrays.copyOf(buffer, length);
        }
    }
}
