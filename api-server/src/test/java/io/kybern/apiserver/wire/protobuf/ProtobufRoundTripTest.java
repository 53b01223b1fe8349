package io.kybern.apiserver.wire.protobuf;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.registry.BuiltinCodec;
import io.kybern.apiserver.wire.WireTypes;
import io.kybern.crd.resource.GroupVersionKind;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Recorded objects survive protobuf: what is encoded decodes to the same object. */
class ProtobufRoundTripTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "kinds-deployments.apps",
                "kinds-pods",
                "kinds-services",
                "kinds-configmaps",
                "kinds-secrets",
                "kinds-leases.coordination",
                "kinds-horizontalpodautoscalers.autoscaling",
                "kinds-nodes",
                "kinds-persistentvolumes",
                "kinds-ingresses.networking",
                "kinds-certificatesigningrequests.certificates",
                "kinds-validatingwebhookconfigurations.admissionregistration"
            })
    void survives(String topic) throws IOException {
        JsonNode scenario = read(topic);
        int tried = 0;
        for (JsonNode step : scenario.path("steps")) {
            if (!step.path("method").asText().equals("POST") || !(step.path("body") instanceof ObjectNode body)) {
                continue;
            }
            GroupVersionKind kind = GroupVersionKind.of(
                    body.path("apiVersion").asText(), body.path("kind").asText());
            BuiltinCodec codec =
                    new BuiltinCodec(WireTypes.builtin().ofKind(kind).orElseThrow());
            ObjectNode object;
            try {
                object = codec.decode(body, new ArrayList<>());
            } catch (RuntimeException e) {
                continue; // a body that is meant to be refused
            }
            object.put("kind", kind.kind()).put("apiVersion", kind.apiVersion());
            byte[] bytes = ProtobufEncoder.encode(object);
            ObjectNode back = codec.decode(ProtobufDecoder.decode(ProtobufDecoder.open(bytes), kind), List.of());
            back.put("kind", kind.kind()).put("apiVersion", kind.apiVersion());
            assertThat(back).as("%s: %s", topic, step.path("name").asText()).isEqualTo(object);
            tried++;
        }
        assertThat(tried).isPositive();
    }

    private static JsonNode read(String topic) throws IOException {
        try (InputStream in = ProtobufRoundTripTest.class.getResourceAsStream("/golden/scenarios/" + topic + ".json")) {
            return new ObjectMapper().readTree(in);
        }
    }
}
