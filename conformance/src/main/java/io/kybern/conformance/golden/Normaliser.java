package io.kybern.conformance.golden;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Says of an answer what it means rather than what it happens to be: {@code <time>} for a time near now, {@code <rv:new>} for a
 * version that is newer than all seen of that object. It remembers what it saw, so answers come to it in the order they arrived:
 * first {@link #collect}, then {@link #value}.
 */
final class Normaliser {
    private static final Pattern AGE = Pattern.compile("<invalid>|(\\d+[ywdhms])+");
    private static final Set<String> AGE_COLUMNS =
            Set.of("Age", "Last Seen", "First Seen", "Duration", "Last Schedule", "Since");
    private static final Set<String> NODE_PORTS = Set.of("nodePort", "healthCheckNodePort");
    private static final Set<String> PORTS = Set.of("port", "targetPort");
    /** A real server orders the entries by second of time. */
    private static final Comparator<JsonNode> MANAGERS = Comparator.comparing(
                    (JsonNode entry) -> field(entry, "operation"))
            .thenComparing(entry -> field(entry, "manager"))
            .thenComparing(entry -> field(entry, "apiVersion"))
            .thenComparing(entry -> field(entry, "subresource"));

    private final int port;
    private final Literals literals;
    private final Identities identities;
    private final Revisions revisions = new Revisions();
    private final Texts texts;

    /** @param port where the server listens */
    Normaliser(String namespace, JsonNode scenario, int port, InstantSource clock) {
        this.port = port;
        this.literals = new Literals(scenario);
        this.identities = new Identities(namespace, literals);
        this.texts = new Texts(namespace, literals, identities, port, clock);
    }

    /** Learns who is who in an answer; {@code dryRun}: nothing of it was stored. */
    void collect(JsonNode answer, boolean dryRun) {
        identities.collect(answer, dryRun);
    }

    /** A text, or an object for a token. */
    JsonNode text(String text) {
        if (!Tokens.looksLike(text)) {
            return Json.NODES.textNode(texts.normalise(text));
        }
        return Tokens.decode(text)
                .<JsonNode>map(token -> {
                    ObjectNode decoded = Json.NODES.objectNode();
                    decoded.putObject("<jwt>")
                            .<ObjectNode>set("header", token.header())
                            .set("claims", value(token.claims()));
                    return decoded;
                })
                .orElseGet(() -> Json.NODES.textNode("<jwt>"));
    }

    JsonNode value(JsonNode node) {
        return value(node, "");
    }

    private JsonNode value(JsonNode node, String key) {
        return switch (node) {
            case ObjectNode table
            when table.path("kind").asText().equals("Table")
                    && table.path("rows").isArray() -> table(table);
            case ObjectNode object -> object(object);
            case ArrayNode list -> {
                ArrayNode all = Json.NODES.arrayNode();
                list.forEach(element -> all.add(value(element)));
                yield all;
            }
            case JsonNode text when text.isTextual() -> text(text.textValue());
            case JsonNode number when number.isIntegralNumber() -> number(number, key);
            default -> node;
        };
    }

    private JsonNode number(JsonNode number, String key) {
        long value = number.asLong();
        if (NODE_PORTS.contains(key) && value >= 30000 && value <= 32767 && !literals.contains(number.asText())) {
            return Json.NODES.textNode("<nodeport>");
        }
        return PORTS.contains(key) && value == port ? Json.NODES.textNode("<serverport>") : number;
    }

    private JsonNode object(ObjectNode object) {
        ObjectNode out = Json.NODES.objectNode();
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            String key = field.getKey();
            if (key.equals("metadata") && field.getValue() instanceof ObjectNode metadata) {
                out.set(key, object.has("items") ? listMetadata(metadata, object.path("items")) : metadata(metadata));
            } else if (key.equals("managedFields") && field.getValue() instanceof ArrayNode entries) {
                out.set(key, managers(entries));
            } else {
                out.set(text(key).asText(key), value(field.getValue(), key));
            }
        }
        return out;
    }

    private ObjectNode metadata(ObjectNode metadata) {
        return metadata(metadata, metadata.has("resourceVersion") ? revisions.ofObject(metadata) : "");
    }

    private ObjectNode listMetadata(ObjectNode metadata, JsonNode items) {
        return metadata(metadata, metadata.has("resourceVersion") ? revisions.ofList(metadata, items) : "");
    }

    private ObjectNode metadata(ObjectNode metadata, String revision) {
        ObjectNode out = Json.NODES.objectNode();
        for (Map.Entry<String, JsonNode> field : metadata.properties()) {
            String key = field.getKey();
            if (key.equals("resourceVersion")) {
                out.put(key, revision);
            } else if (key.equals("continue") && !field.getValue().asText("").isEmpty()) {
                out.put(key, "<continue>");
            } else if (key.equals("managedFields") && field.getValue() instanceof ArrayNode entries) {
                out.set(key, managers(entries));
            } else {
                out.set(key, value(field.getValue(), key));
            }
        }
        return out;
    }

    private ArrayNode managers(ArrayNode entries) {
        List<JsonNode> sorted = new ArrayList<>();
        entries.forEach(entry -> sorted.add(value(entry)));
        sorted.sort(MANAGERS);
        return Json.NODES.arrayNode().addAll(sorted);
    }

    private static String field(JsonNode entry, String name) {
        return entry.path(name).asText("");
    }

    private ObjectNode table(ObjectNode table) {
        List<String> columns = new ArrayList<>();
        table.path("columnDefinitions")
                .forEach(column -> columns.add(column.path("name").asText("")));
        ObjectNode out = Json.NODES.objectNode();
        for (Map.Entry<String, JsonNode> field : table.properties()) {
            String key = field.getKey();
            if (key.equals("metadata") && field.getValue() instanceof ObjectNode metadata) {
                out.set(key, listMetadata(metadata, table.path("rows")));
            } else if (key.equals("columnDefinitions") && field.getValue() instanceof ArrayNode definitions) {
                out.set(key, withoutDescriptions(definitions));
            } else if (key.equals("rows")) {
                ArrayNode rows = out.putArray(key);
                field.getValue().forEach(row -> rows.add(row(row, columns)));
            } else {
                out.set(key, value(field.getValue(), key));
            }
        }
        return out;
    }

    private static ArrayNode withoutDescriptions(ArrayNode columns) {
        ArrayNode out = Json.NODES.arrayNode();
        columns.forEach(column -> out.add(((ObjectNode) column.deepCopy()).without("description")));
        return out;
    }

    private ObjectNode row(JsonNode row, List<String> columns) {
        ObjectNode out = Json.NODES.objectNode();
        row.properties().forEach(field -> out.set(field.getKey(), value(field.getValue())));
        if (out.get("cells") instanceof ArrayNode cells) {
            for (int i = 0; i < cells.size(); i++) {
                // Watch events after the first carry no column definitions.
                boolean age = i < columns.size() ? AGE_COLUMNS.contains(columns.get(i)) : cells.size() > 1;
                if (age
                        && AGE.matcher(cells.get(i).isTextual() ? cells.get(i).textValue() : "")
                                .matches()) {
                    cells.set(i, Json.NODES.textNode("<age>"));
                }
            }
        }
        return out;
    }
}
