package io.kybern.apiserver.wire.protobuf;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.registry.BuiltinCodec;
import io.kybern.apiserver.wire.DecodeException;
import io.kybern.apiserver.wire.RandomObjects;
import io.kybern.apiserver.wire.WireTypes;
import io.kybern.crd.resource.GroupVersionKind;
import io.kybern.fuzz.Fuzz;
import io.kybern.fuzz.Source;
import java.util.ArrayList;
import java.util.HexFormat;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("fuzz")
class ProtobufLawsTest {
    @Test
    void everyObjectSurvives() {
        Fuzz.check(1500, source -> {
            GroupVersionKind kind = source.note("kind", source.of(RandomObjects.builtinKinds()));
            ObjectNode object = source.note("object", RandomObjects.canonical(source, kind));
            BuiltinCodec codec =
                    new BuiltinCodec(WireTypes.builtin().ofKind(kind).orElseThrow());
            assertThat(codec.printable(decoded(ProtobufEncoder.encode(codec.printable(object)), kind, codec)))
                    .isEqualTo(codec.printable(codec.stored(object)));
        });
    }

    private static ObjectNode decoded(byte[] bytes, GroupVersionKind kind, BuiltinCodec codec) {
        ObjectNode object = codec.decode(ProtobufDecoder.decode(ProtobufDecoder.open(bytes), kind), new ArrayList<>());
        return codec.stored(object.put("kind", kind.kind()).put("apiVersion", kind.apiVersion()));
    }

    @Test
    void anyBytesAreAnObjectOrRefused() {
        Fuzz.check(1500, source -> {
            GroupVersionKind kind = source.note("kind", source.of(RandomObjects.builtinKinds()));
            byte[] bytes = bytes(source, kind);
            source.note("bytes", HexFormat.of().formatHex(bytes));
            BuiltinCodec codec =
                    new BuiltinCodec(WireTypes.builtin().ofKind(kind).orElseThrow());
            ObjectNode object;
            try {
                object = decoded(bytes, kind, codec);
            } catch (DecodeException e) {
                assertThat(e.getMessage()).isNotBlank();
                return;
            }
            assertThat(codec.bytes(object)).isNotEmpty();
            ProtobufEncoder.encode(codec.printable(object));
        });
    }

    private static byte[] bytes(Source source, GroupVersionKind kind) {
        byte[] good = ProtobufEncoder.encode(RandomObjects.canonical(source, kind));
        if (!source.onceIn(4)) {
            return source.mutated(good);
        }
        ProtobufWriter out = new ProtobufWriter();
        out.raw(new byte[] {'k', '8', 's', 0});
        out.bytes(2, source.bytes(200));
        return out.toByteArray();
    }
}
