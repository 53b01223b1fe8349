package io.kybern.apiserver.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.field.FieldErrors;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.CollectionStartEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.MappingStartEvent;
import org.yaml.snakeyaml.events.NodeEvent;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.events.SequenceStartEvent;
import org.yaml.snakeyaml.parser.Parser;

/** Makes a JSON tree of the events of one YAML document, with anchors and merge keys. */
final class YamlComposer {
    /** Nodes that aliases may multiply a document to, where they are most of it. */
    private static final int MAX_ALIASED = 400_000;

    private static final JsonNodeFactory NODES = JsonNodeFactory.withExactBigDecimals(true);

    private final Parser parser;
    private final Map<String, JsonNode> anchors = new HashMap<>();
    private final Map<String, Integer> sizes = new HashMap<>();
    private final Set<String> open = new HashSet<>();
    private final List<String> duplicates = new ArrayList<>();
    private int aliased;
    private int depth;
    private int nodes;

    YamlComposer(Parser parser) {
        this.parser = parser;
    }

    List<String> duplicates() {
        return duplicates;
    }

    Optional<JsonNode> firstDocument() {
        parser.getEvent();
        if (parser.checkEvent(Event.ID.StreamEnd)) {
            return Optional.empty();
        }
        parser.getEvent();
        JsonNode root = node();
        parser.getEvent(); // the end of the document: what follows in its place is an error
        return Optional.of(root);
    }

    private JsonNode node() {
        if (parser.peekEvent() instanceof CollectionStartEvent start && ++depth > JsonSyntax.MAX_DEPTH) {
            throw new DecodeException("yaml: line " + (start.getStartMark().getLine() + 1) + ": exceeded max depth of "
                    + JsonSyntax.MAX_DEPTH);
        }
        Event event = parser.getEvent();
        if (event instanceof AliasEvent alias) {
            return alias(alias.getAnchor());
        }
        String anchor = event instanceof NodeEvent node && node.getAnchor() != null ? node.getAnchor() : "";
        int before = nodes++;
        open.add(anchor);
        JsonNode value = switch (event) {
            case ScalarEvent scalar -> scalar(scalar);
            case SequenceStartEvent start -> sequence();
            case MappingStartEvent start -> mapping();
            default -> throw new IllegalStateException("no node: " + event);
        };
        depth -= event instanceof CollectionStartEvent ? 1 : 0;
        open.remove(anchor);
        if (!anchor.isEmpty()) {
            anchors.put(anchor, value);
            sizes.put(anchor, nodes - before);
        }
        return value;
    }

    private JsonNode alias(String anchor) {
        JsonNode value = anchors.get(anchor);
        if (open.contains(anchor)) {
            throw new DecodeException("yaml: anchor '" + anchor + "' value contains itself");
        }
        if (value == null) {
            throw new DecodeException("yaml: unknown anchor '" + anchor + "' referenced");
        }
        int size = sizes.getOrDefault(anchor, 1);
        nodes += size;
        aliased += size;
        if (aliased > MAX_ALIASED && nodes < 2L * aliased) {
            throw new DecodeException("yaml: document contains excessive aliasing");
        }
        return value;
    }

    private static JsonNode scalar(ScalarEvent event) {
        String tag = event.getTag() == null || event.getTag().equals("!") ? "" : event.getTag();
        boolean plain = event.getImplicit().canOmitTagInPlainScalar();
        return YamlScalars.resolve(tag, event.getValue(), plain);
    }

    private ArrayNode sequence() {
        ArrayNode out = NODES.arrayNode();
        while (!parser.checkEvent(Event.ID.SequenceEnd)) {
            out.add(node());
        }
        parser.getEvent();
        return out;
    }

    private ObjectNode mapping() {
        Map<String, JsonNode> members = new TreeMap<>();
        while (!parser.checkEvent(Event.ID.MappingEnd)) {
            if (isMerge(parser.peekEvent())) {
                parser.getEvent();
                merge(members);
                continue;
            }
            JsonNode key = node();
            String name = name(key);
            int line = parser.peekEvent().getStartMark().getLine() + 1;
            JsonNode value = node();
            if (members.containsKey(name)) {
                String shown = key.isTextual() ? FieldErrors.quote(name) : name;
                duplicates.add("line " + line + ": key " + shown + " already set in map");
            }
            members.put(name, value);
        }
        parser.getEvent();
        ObjectNode out = NODES.objectNode();
        members.forEach(out::set);
        return out;
    }

    private static boolean isMerge(Event event) {
        return event instanceof ScalarEvent scalar
                && scalar.getValue().equals("<<")
                && scalar.getImplicit().canOmitTagInPlainScalar();
    }

    private void merge(Map<String, JsonNode> members) {
        JsonNode value = node();
        List<JsonNode> sources = new ArrayList<>();
        if (value.isArray()) {
            value.forEach(sources::addFirst);
        } else {
            sources.add(value);
        }
        for (JsonNode source : sources) {
            if (!source.isObject()) {
                throw new DecodeException("yaml: map merge requires map or sequence of maps as the value");
            }
            source.properties().forEach(e -> members.put(e.getKey(), e.getValue()));
        }
    }

    private static String name(JsonNode key) {
        if (key.isContainerNode()) {
            throw new DecodeException("yaml: invalid map key: " + key);
        }
        if (key.isNull()) {
            throw new DecodeException("unsupported map key of type: %!s(<nil>), key: <nil>, value: <nil>");
        }
        return key.asText();
    }
}
