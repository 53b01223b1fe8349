package io.kybern.apiserver.wire.protobuf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.wire.DecodeException;
import io.kybern.crd.resource.GroupVersionKind;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Messages that no encoder of the original's writes. */
class ProtobufDecoderTest {
    private static final GroupVersionKind POD = new GroupVersionKind("", "v1", "Pod");
    private static final int METADATA = 1;
    private static final int SPEC = 2;
    private static final int SECURITY_CONTEXT = 14;
    private static final int SUPPLEMENTAL_GROUPS = 4;

    private static ObjectNode decode(int field, Consumer<ProtobufWriter> write) {
        ProtobufWriter inner = new ProtobufWriter();
        write.accept(inner);
        ProtobufWriter object = new ProtobufWriter();
        object.message(field, inner);
        return ProtobufDecoder.decode(new ProtobufDecoder.Envelope("v1", "Pod", object.toByteArray()), POD);
    }

    @Test
    void aFieldOfAnotherWireTypeIsRefused() {
        assertThatThrownBy(() -> decode(METADATA, out -> {
                    out.tag(1, ProtobufWriter.VARINT);
                    out.varint(5);
                }))
                .isInstanceOf(DecodeException.class)
                .hasMessage("proto: wrong wireType = 0 for field name");
    }

    @Test
    void numbersMayBePacked() {
        ProtobufWriter packed = new ProtobufWriter();
        packed.varint(1);
        packed.varint(300);
        ProtobufWriter context = new ProtobufWriter();
        context.bytes(SUPPLEMENTAL_GROUPS, packed.toByteArray());
        assertThat(decode(SPEC, out -> out.message(SECURITY_CONTEXT, context))
                        .at("/spec/securityContext/supplementalGroups"))
                .hasToString("[1,300]");
    }
}
