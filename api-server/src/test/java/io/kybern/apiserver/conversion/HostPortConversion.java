package io.kybern.apiserver.conversion;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** What a well-behaved webhook does whose kind has {@code spec.host} and {@code spec.port} in v1, and {@code spec.hostPort} in v2. */
public final class HostPortConversion {
    private HostPortConversion() {}

    /** The answer to a {@code ConversionReview}. */
    public static ObjectNode answer(JsonNode review) {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.set("apiVersion", review.path("apiVersion"));
        answer.put("kind", "ConversionReview");
        ObjectNode response = answer.putObject("response");
        response.set("uid", review.at("/request/uid"));
        response.putObject("result").put("status", "Success");
        response.putArray("convertedObjects");
        String wanted = review.at("/request/desiredAPIVersion").asText();
        for (JsonNode object : review.at("/request/objects")) {
            ObjectNode copy = object.deepCopy();
            copy.put("apiVersion", wanted);
            if (copy.get("spec") instanceof ObjectNode spec) {
                convert(spec, wanted.endsWith("/v2"));
            }
            response.withArray("/convertedObjects").add(copy);
        }
        return answer;
    }

    private static void convert(ObjectNode spec, boolean together) {
        if (together && spec.has("host")) {
            String host = spec.remove("host").asText();
            spec.put("hostPort", host + ":" + spec.path("port").asText());
            spec.remove("port");
        } else if (!together && spec.has("hostPort")) {
            String[] parts = spec.remove("hostPort").asText().split(":", 2);
            spec.put("host", parts[0]).put("port", parts[1]);
        }
    }
}
