package io.kybern.conformance.golden;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Writes down one answer as its step wants it: captures, then leaves out, then normalises. */
final class AnswerRecorder {
    private static final List<String> HEADERS_BY_VALUE = List.of(
            "content-type",
            "cache-control",
            "location",
            "retry-after",
            "www-authenticate",
            "allow",
            "vary",
            "accept-ranges",
            "x-content-type-options",
            "content-disposition");
    private static final List<String> HEADERS_BY_PRESENCE = List.of(
            "audit-id",
            "etag",
            "x-kubernetes-pf-flowschema-uid",
            "x-kubernetes-pf-prioritylevel-uid",
            "last-modified",
            "x-varied-accept");
    private static final String PROTOBUF = "<protobuf>";

    private final ObjectNode step;
    private final Variables variables;
    private final Normaliser normaliser;

    AnswerRecorder(ObjectNode step, Variables variables, Normaliser normaliser) {
        this.step = step;
        this.variables = variables;
        this.normaliser = normaliser;
    }

    ObjectNode record(Request request, Answer answer) {
        ObjectNode result = Json.NODES.objectNode().put("code", answer.code());
        result.set("headers", headers(answer));
        if (answer.events().isPresent()) {
            events(answer.events().get(), result);
            if (step.path("watch").path("recordClose").asBoolean(false)) {
                result.put("closedByServer", answer.closedByServer());
            }
            return result;
        }
        JsonNode body = body(answer);
        capture(answer, body);
        boolean dryRun = request.method().equals("POST") && request.target().contains("dryRun=All");
        normaliser.collect(body, dryRun);
        if (step.path("normalise").asText().equals("codeOnly")) {
            return Json.NODES.objectNode().put("code", answer.code());
        }
        JsonNode kept = leaveOut(form(body));
        if (!kept.isTextual() || !kept.textValue().isEmpty()) {
            JsonNode normalised = normaliser.value(kept);
            if (step.path("sortMessage").asBoolean(false) && normalised instanceof ObjectNode status) {
                sortMessage(status);
            }
            result.set("body", normalised);
        }
        return result;
    }

    private ObjectNode headers(Answer answer) {
        ObjectNode out = Json.NODES.objectNode();
        for (String name : HEADERS_BY_VALUE) {
            List<String> values = answer.header(name);
            if (!values.isEmpty()) {
                out.set(name, normaliser.text(String.join(", ", values)));
            }
        }
        for (String name : HEADERS_BY_PRESENCE) {
            if (!answer.header(name).isEmpty()) {
                out.put(name, "<present>");
            }
        }
        List<String> warnings = answer.header("warning");
        if (!warnings.isEmpty()) {
            ArrayNode all = out.putArray("warning");
            warnings.forEach(warning -> all.add(normaliser.text(warning)));
        }
        return out;
    }

    private void events(List<JsonNode> events, ObjectNode result) {
        events.forEach(event -> normaliser.collect(event, false));
        List<JsonNode> normalised = new ArrayList<>();
        events.forEach(event -> normalised.add(normaliser.value(event)));
        result.putArray("events")
                .addAll(step.path("watch").path("unordered").asBoolean(false) ? byName(normalised) : normalised);
    }

    /** Between two bookmarks by the name of the object, the events of one object in the order they came. */
    private static List<JsonNode> byName(List<JsonNode> events) {
        List<JsonNode> all = new ArrayList<>();
        List<JsonNode> run = new ArrayList<>();
        Comparator<JsonNode> name = Comparator.comparing(
                event -> event.path("object").path("metadata").path("name").asText("None"));
        for (JsonNode event : events) {
            if (event.path("type").asText().equals("BOOKMARK")) {
                run.sort(name);
                all.addAll(run);
                run.clear();
                all.add(event);
            } else {
                run.add(event);
            }
        }
        run.sort(name);
        all.addAll(run);
        return all;
    }

    /** A document, or a text. */
    private JsonNode body(Answer answer) {
        String type = answer.contentType();
        if (type.contains("protobuf")) {
            variables.set("raw", answer.body());
            try {
                return Json.NODES.objectNode().set(PROTOBUF, ProtobufShape.of(answer.body()));
            } catch (IllegalArgumentException e) {
                return Json.NODES.objectNode().put(PROTOBUF, "undecodable: " + e.getMessage());
            }
        }
        if (type.contains("cbor")) {
            byte[] start = Arrays.copyOf(answer.body(), Math.min(3, answer.body().length));
            return Json.NODES.objectNode().put("<cbor>", HexFormat.of().formatHex(start));
        }
        String text = new String(answer.body(), StandardCharsets.UTF_8);
        boolean json = type.contains("json") || text.startsWith("{") || text.startsWith("[");
        return (json ? Json.parse(text) : Optional.<JsonNode>empty()).orElseGet(() -> Json.NODES.textNode(text));
    }

    private void capture(Answer answer, JsonNode body) {
        for (Map.Entry<String, JsonNode> capture : step.path("capture").properties()) {
            String variable = capture.getKey();
            String where = capture.getValue().asText();
            if (where.equals("raw")) {
                variables.set(variable, answer.body());
                continue;
            }
            try {
                variables.set(
                        variable,
                        where.startsWith("header:")
                                ? header(answer, where)
                                : JsonPath.of(where).get(body));
            } catch (JsonPath.Missing e) {
                variables.unset(variable);
            }
        }
    }

    private static JsonNode header(Answer answer, String where) {
        return answer.header(where.substring("header:".length())).stream()
                .findFirst()
                .map(Json.NODES::textNode)
                .orElseThrow(() -> new JsonPath.Missing(where));
    }

    private JsonNode form(JsonNode body) {
        String form = step.path("normalise").asText("");
        return switch (form) {
            case "" -> body;
            case "shape" -> shape(body);
            case "none" -> Json.NODES.textNode("<not recorded>");
            case "keys" -> {
                ArrayNode keys = Json.NODES.arrayNode();
                Json.sortedKeys(body).forEach(keys::add);
                yield body.isObject() ? keys : body;
            }
            default -> throw new IllegalArgumentException("unknown normalisation: " + form);
        };
    }

    private static JsonNode shape(JsonNode node) {
        if (node.isObject()) {
            ObjectNode out = Json.NODES.objectNode();
            node.properties().forEach(field -> out.set(field.getKey(), shape(field.getValue())));
            return out;
        }
        if (node.isArray()) {
            ArrayNode out = Json.NODES.arrayNode();
            return node.isEmpty() ? out : out.add(shape(node.get(0)));
        }
        return Json.NODES.textNode("<" + Json.type(node) + ">");
    }

    /** Changes the body, also for those who captured it. */
    private JsonNode leaveOut(JsonNode body) {
        JsonNode out = body;
        if (step.has("only") && body instanceof ObjectNode object) {
            ObjectNode some = Json.NODES.objectNode();
            for (JsonNode key : step.path("only")) {
                if (object.has(key.asText())) {
                    some.set(key.asText(), object.get(key.asText()));
                }
            }
            out = some;
        }
        JsonNode root = out;
        each("ignore", path -> path.remove(root));
        each("mask", path -> {
            path.get(root);
            path.set(root, Json.NODES.textNode("<masked>"));
        });
        each("sort", path -> {
            if (path.get(root) instanceof ArrayNode list) {
                sort(list);
            }
        });
        return out;
    }

    private interface Change {
        void at(JsonPath path);
    }

    private void each(String what, Change change) {
        for (JsonNode path : step.path(what)) {
            try {
                change.at(JsonPath.of(path.asText()));
            } catch (JsonPath.Missing e) {
                // there is nothing to change
            }
        }
    }

    private static void sort(ArrayNode list) {
        List<JsonNode> elements = new ArrayList<>();
        list.forEach(elements::add);
        elements.sort(Comparator.comparing(Json::text));
        list.removeAll().addAll(elements);
    }

    /** Where the order of several complaints follows a hash map, they are compared as a set. */
    private static void sortMessage(ObjectNode status) {
        if (status.path("details").path("causes") instanceof ArrayNode causes) {
            sort(causes);
        }
        String message = status.path("message").asText("");
        int list = message.indexOf(": [");
        if (list >= 0 && message.endsWith("]")) {
            status.put("message", message.substring(0, list) + ": [<the causes, in any order>]");
        }
    }
}
