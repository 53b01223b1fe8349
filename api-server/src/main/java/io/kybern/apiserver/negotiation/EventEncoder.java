package io.kybern.apiserver.negotiation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.http.ApiRequest;
import io.kybern.apiserver.http.StreamSink;
import io.kybern.apiserver.registry.Resource;
import io.kybern.apiserver.storage.ResourceStore.Change;
import io.kybern.apiserver.storage.StoredObject;
import io.kybern.apiserver.wire.JsonWriter;
import io.kybern.apiserver.wire.protobuf.ProtobufEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Frames the events of one watch. Plain JSON frames are the stored bytes between a head and a tail, gathered so that many
 * events are one write; other forms are made from the tree and kept with the object's revision, shared by all watchers.
 * Used by one connection's thread.
 */
public final class EventEncoder {
    private static final int LARGE = 32 << 10;

    private final Resource resource;
    private final Representation form;
    private final Tables tables;
    private final ApiRequest request;
    private boolean tableDescribed;

    private EventEncoder(Resource resource, Representation form, Tables tables, ApiRequest request) {
        this.resource = resource;
        this.form = form;
        this.tables = tables;
        this.request = request;
    }

    public static EventEncoder of(Resource resource, Representation form, Tables tables, ApiRequest request) {
        if (form.projection() == Representation.Projection.TABLE) {
            Tables.include(request); // while the answer has not begun
        }
        return new EventEncoder(resource, form, tables, request);
    }

    public String contentType() {
        return form.format() == Representation.Format.PROTOBUF
                ? "application/vnd.kubernetes.protobuf;stream=watch"
                : "application/json";
    }

    public boolean isText() {
        return form.format() == Representation.Format.JSON;
    }

    public Batch batch() {
        return new Batch();
    }

    public byte[] bookmark(ObjectNode object) {
        return frame("BOOKMARK", projected(object, true));
    }

    public byte[] error(ObjectNode status) {
        return frame("ERROR", status);
    }

    /** Cuts bytes that this encoder made into single events, without line ends. */
    public List<byte[]> frames(byte[] bytes) {
        List<byte[]> out = new ArrayList<>();
        int at = 0;
        while (at < bytes.length) {
            int end = at;
            if (isText()) {
                while (bytes[end] != '\n') {
                    end++;
                }
                out.add(Arrays.copyOfRange(bytes, at, end));
                at = end + 1;
            } else {
                end = at + 4 + ByteBuffer.wrap(bytes, at, 4).getInt();
                out.add(Arrays.copyOfRange(bytes, at + 4, end));
                at = end;
            }
        }
        return out;
    }

    private ObjectNode projected(ObjectNode object, boolean served) {
        return switch (form.projection()) {
            case NONE -> served ? bare(object) : resource.fromStorage(object);
            case METADATA -> Projections.metadata(object, form);
            case TABLE -> {
                boolean describe = !tableDescribed;
                tableDescribed = true;
                yield tables.ofObject(resource, object, form, request, describe);
            }
        };
    }

    private ObjectNode bare(ObjectNode object) {
        return resource.codec().complete(object);
    }

    private byte[] frame(String type, ObjectNode object) {
        if (form.format() == Representation.Format.PROTOBUF) {
            return ProtobufEncoder.watchFrame(type, object);
        }
        JsonWriter out = new JsonWriter(512);
        out.raw('{').name("type").string(type).raw(',').name("object").write(object);
        return out.raw('}').raw('\n').toByteArray();
    }

    private byte[] shared(Change.Type type, StoredObject object) {
        if (form.projection() == Representation.Projection.TABLE) {
            return frame(type.name(), projected(resource.tree(object), false));
        }
        List<Object> name = List.of("frame", type, form, resource.kind());
        return object.form(name, o -> frame(type.name(), projected(resource.tree(o), false)));
    }

    /** Events on their way to one write. */
    public final class Batch {
        private List<byte[]> pieces = new ArrayList<>();
        private int size;

        public void add(Change.Type type, StoredObject object) {
            if (form.plainJson()) {
                add(Heads.of(type));
                add(resource.json(object));
                add(Heads.TAIL);
            } else {
                add(shared(type, object));
            }
        }

        private void add(byte[] piece) {
            pieces.add(piece);
            size += piece.length;
        }

        public boolean isLarge() {
            return size >= LARGE;
        }

        /** Writes what was added and starts anew. */
        public void writeTo(StreamSink sink) {
            if (size > 0) {
                sink.write(pieces);
                pieces = new ArrayList<>();
                size = 0;
            }
        }
    }

    /** What stands before and after the object of an event. */
    private static final class Heads {
        static final byte[] TAIL = "}\n".getBytes(StandardCharsets.ISO_8859_1);
        private static final byte[] ADDED = head("ADDED");
        private static final byte[] MODIFIED = head("MODIFIED");
        private static final byte[] DELETED = head("DELETED");

        static byte[] of(Change.Type type) {
            return switch (type) {
                case ADDED -> ADDED;
                case MODIFIED -> MODIFIED;
                case DELETED -> DELETED;
            };
        }

        private static byte[] head(String type) {
            return ("{\"type\":\"" + type + "\",\"object\":").getBytes(StandardCharsets.ISO_8859_1);
        }
    }
}
