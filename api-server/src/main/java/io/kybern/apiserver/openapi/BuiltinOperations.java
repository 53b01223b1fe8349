package io.kybern.apiserver.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kybern.crd.resource.GroupVersionKind;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.ref.SoftReference;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/** The operations of built-in kinds by document, from the published structure of the API. Read on demand. Thread-safe. */
final class BuiltinOperations {
    private SoftReference<SequencedMap<String, List<Operation>>> read = new SoftReference<>(null);

    synchronized SequencedMap<String, List<Operation>> byDocument() {
        SequencedMap<String, List<Operation>> known = read.get();
        if (known == null) {
            known = read();
            read = new SoftReference<>(known);
        }
        return known;
    }

    private static SequencedMap<String, List<Operation>> read() {
        SequencedMap<String, List<Operation>> out = new LinkedHashMap<>();
        Map<String, String> subjects = new HashMap<>();
        ObjectMapper mapper = new ObjectMapper();
        try (InputStream in = BuiltinOperations.class.getResourceAsStream("operations.jsonl");
                BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                JsonNode node = mapper.readTree(line);
                if (node.has("path")) {
                    Operation operation = operation(node, subjects);
                    out.computeIfAbsent(Operation.document(operation.path()), d -> new ArrayList<>())
                            .add(operation);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out;
    }

    /** @param subjects kinds by path of their objects, which come before their subresources; added to */
    private static Operation operation(JsonNode node, Map<String, String> subjects) {
        JsonNode kind = node.path("gvk");
        String own = kind.path("kind").asText();
        String object = Operation.objectPath(node.path("path").asText());
        String subject = node.path("path").asText().equals(object) ? own : subjects.getOrDefault(object, own);
        subjects.putIfAbsent(object, subject);
        Map<String, List<String>> produces = new LinkedHashMap<>();
        node.path("produces").properties().forEach(e -> produces.put(e.getKey(), texts(e.getValue())));
        Map<String, String> returns = new LinkedHashMap<>();
        node.path("returns").properties().forEach(e -> {
            if (e.getValue().isTextual()) {
                returns.put(e.getKey(), component(e.getValue()));
            }
        });
        return new Operation(
                node.path("path").asText(),
                node.path("method").asText(),
                node.path("operationId").asText(),
                node.path("action").asText("").replace("null", ""),
                kind.isObject()
                        ? Optional.of(new GroupVersionKind(
                                kind.path("group").asText(),
                                kind.path("version").asText(),
                                kind.path("kind").asText()))
                        : Optional.empty(),
                subject,
                texts(node.path("parameters")),
                texts(node.path("consumes")),
                produces,
                returns,
                node.path("body").isTextual() ? Optional.of(component(node.path("body"))) : Optional.empty());
    }

    private static String component(JsonNode reference) {
        String text = reference.asText();
        return text.substring(text.lastIndexOf('/') + 1);
    }

    private static List<String> texts(JsonNode list) {
        List<String> out = new ArrayList<>(list.size());
        list.forEach(text -> out.add(text.asText()));
        return out;
    }
}
