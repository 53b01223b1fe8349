package io.kybern.conformance.robustness;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.conformance.robustness.history.Version;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * The objects that clients work on: ConfigMaps and Secrets, so that what holds between two kinds is proved, too. Their keys are
 * {@code configmaps/NAME} and {@code secrets/NAME}.
 */
final class Objects {
    static final String CONFIG_MAPS = "configmaps/";
    static final String SECRETS = "secrets/";

    private static final String NAMESPACE = "/api/v1/namespaces/default/";
    private static final String SECRET = "Secret";
    private static final ObjectMapper JSON = new ObjectMapper();

    private Objects() {}

    /** Of the object with this number. */
    static String key(int number) {
        return (number % 2 == 0 ? CONFIG_MAPS : SECRETS) + "object-" + number;
    }

    /** @param key of an object, or a collection with its slash */
    static String path(String key) {
        return NAMESPACE + (key.endsWith("/") ? key.substring(0, key.length() - 1) : key);
    }

    static String collection(String key) {
        return path(key.substring(0, key.indexOf('/') + 1));
    }

    /** @param key of an object, or a collection with its slash */
    static String kind(String key) {
        return key.startsWith(SECRETS) ? SECRET : "ConfigMap";
    }

    static ObjectNode object(String key, String mark, String filler) {
        ObjectNode body = JSON.createObjectNode().put("apiVersion", "v1").put("kind", kind(key));
        body.withObject("/metadata").put("name", key.substring(key.indexOf('/') + 1));
        body.withObject("/data").put("base", encode(key, mark)).put("filler", encode(key, filler));
        return body;
    }

    static ObjectNode patch(String key, String mark) {
        ObjectNode body = JSON.createObjectNode();
        body.withObject("/data").put("patched", encode(key, mark));
        return body;
    }

    private static String encode(String key, String text) {
        return key.startsWith(SECRETS)
                ? Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8))
                : text;
    }

    static Version read(JsonNode object) {
        return read(object.path("kind").asText(), object);
    }

    /** @param kind of the object, which does not say it where it is an item of a list */
    static Version read(String kind, JsonNode object) {
        boolean secret = kind.equals(SECRET);
        return new Version(
                (secret ? SECRETS : CONFIG_MAPS) + object.at("/metadata/name").asText(),
                object.at("/metadata/uid").asText(),
                object.at("/metadata/resourceVersion").asLong(),
                mark(secret, object.at("/data/base")),
                mark(secret, object.at("/data/patched")));
    }

    private static String mark(boolean secret, JsonNode value) {
        return secret ? new String(Base64.getDecoder().decode(value.asText()), StandardCharsets.UTF_8) : value.asText();
    }
}
