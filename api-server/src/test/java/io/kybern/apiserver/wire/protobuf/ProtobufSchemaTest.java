package io.kybern.apiserver.wire.protobuf;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kybern.apiserver.registry.BuiltinCodec;
import io.kybern.apiserver.wire.WireTypes;
import io.kybern.crd.resource.GroupVersionKind;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

/** Go's protobuf writes empty texts of fields that are no pointers: an empty one is none, also below the unions of a schema. */
class ProtobufSchemaTest {
    private static final GroupVersionKind DEFINITION =
            new GroupVersionKind("apiextensions.k8s.io", "v1", "CustomResourceDefinition");
    private static final int ITEMS = 24;
    private static final int PROPERTIES = 29;
    private static final int ADDITIONAL_PROPERTIES = 30;

    @Test
    void emptyTextsOfSchemasAreNone() {
        ProtobufWriter item = schema("string");
        ProtobufWriter items = new ProtobufWriter();
        items.message(1, item);
        ProtobufWriter list = schema("array");
        list.message(ITEMS, items);
        ProtobufWriter other = new ProtobufWriter();
        other.message(2, list);
        ProtobufWriter map = schema("object");
        map.message(ADDITIONAL_PROPERTIES, other);
        ProtobufWriter entry = new ProtobufWriter();
        entry.string(1, "lists");
        entry.message(2, map);
        ProtobufWriter root = schema("object");
        root.message(PROPERTIES, entry);

        JsonNode decoded = decoded(root);

        assertThat(decoded.toString())
                .isEqualTo("{\"type\":\"object\",\"properties\":{\"lists\":{\"type\":\"object\","
                        + "\"additionalProperties\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}}}}}");
    }

    private static ProtobufWriter schema(String type) {
        ProtobufWriter out = new ProtobufWriter();
        out.string(1, "");
        out.string(4, "");
        out.string(5, type);
        return out;
    }

    private static JsonNode decoded(ProtobufWriter schema) {
        ProtobufWriter validation = new ProtobufWriter();
        validation.message(1, schema);
        ProtobufWriter version = new ProtobufWriter();
        version.string(1, "v1");
        version.message(4, validation);
        ProtobufWriter spec = new ProtobufWriter();
        spec.message(7, version);
        ProtobufWriter definition = new ProtobufWriter();
        definition.message(2, spec);
        JsonNode sent = ProtobufDecoder.decode(
                new ProtobufDecoder.Envelope(DEFINITION.apiVersion(), DEFINITION.kind(), definition.toByteArray()),
                DEFINITION);
        return new BuiltinCodec(WireTypes.builtin().ofKind(DEFINITION).orElseThrow())
                .decode(sent, new ArrayList<>())
                .at("/spec/versions/0/schema/openAPIV3Schema");
    }
}
