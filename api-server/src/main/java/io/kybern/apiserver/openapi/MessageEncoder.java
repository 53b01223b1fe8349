package io.kybern.apiserver.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import io.kybern.apiserver.wire.JsonWriter;
import io.kybern.apiserver.wire.protobuf.ProtobufWriter;
import java.util.Map;
import java.util.Optional;

/** Writes OpenAPI documents, or messages within them, as protobuf. Immutable. */
final class MessageEncoder {
    private final MessageTable table;

    MessageEncoder(MessageTable table) {
        this.table = table;
    }

    byte[] encode(String message, JsonNode value) {
        return message(message, value).toByteArray();
    }

    private ProtobufWriter message(String name, JsonNode value) {
        ProtobufWriter out = new ProtobufWriter();
        MessageTable.Message message = table.get(name);
        for (MessageTable.Alternative alternative : message.alternatives()) {
            if (holds(alternative.condition(), value)) {
                field(out, alternative.field(), value);
                return out;
            }
        }
        message.elements().ifPresent(field -> {
            if (value.isArray()) {
                value.forEach(element -> field(out, field, element));
            } else {
                field(out, field, value);
            }
        });
        if (value.isObject()) {
            value.properties().forEach(member -> member(out, message, member));
        }
        return out;
    }

    private void member(ProtobufWriter out, MessageTable.Message message, Map.Entry<String, JsonNode> member) {
        String name = member.getKey();
        MessageTable.Field known = message.members().get(name);
        Optional<MessageTable.Field> entries = message.entries();
        if (known != null) {
            if (member.getValue().isArray() && !listMessage(known.type())) {
                member.getValue().forEach(element -> field(out, known, element));
            } else {
                field(out, known, member.getValue());
            }
        } else if (message.extensions() > 0 && name.startsWith("x-")) {
            out.message(message.extensions(), named(name, new MessageTable.Field(2, "any"), member.getValue()));
        } else if (entries.isPresent()) {
            MessageTable.Field entry = entries.get();
            out.message(entry.number(), named(name, new MessageTable.Field(2, entry.type()), member.getValue()));
        }
    }

    /** Whether an array is one message instead of a repeated field. */
    private boolean listMessage(String type) {
        return switch (type) {
            case "string", "bool", "int", "double", "any" -> false;
            default -> table.get(type).elements().isPresent();
        };
    }

    private ProtobufWriter named(String name, MessageTable.Field field, JsonNode value) {
        ProtobufWriter out = new ProtobufWriter();
        out.string(1, name);
        field(out, field, value);
        return out;
    }

    private void field(ProtobufWriter out, MessageTable.Field field, JsonNode value) {
        switch (field.type()) {
            case "string" -> out.string(field.number(), value.asText());
            case "bool" -> out.varintField(field.number(), value.asBoolean() ? 1 : 0);
            case "int" -> out.varintField(field.number(), value.asLong());
            case "double" -> out.doubleField(field.number(), value.asDouble());
            case "any" -> {
                // JSON is YAML
                ProtobufWriter any = new ProtobufWriter();
                any.bytes(2, JsonWriter.bytes(value));
                out.message(field.number(), any);
            }
            default -> out.message(field.number(), message(field.type(), value));
        }
    }

    private static boolean holds(String condition, JsonNode value) {
        int colon = condition.indexOf(':');
        if (colon > 0) {
            return value.path(condition.substring(0, colon)).asText().equals(condition.substring(colon + 1));
        }
        return switch (condition) {
            case "" -> true;
            case "{}" -> value.isObject();
            case "number" -> value.isNumber();
            case "bool" -> value.isBoolean();
            case "string" -> value.isTextual();
            default -> value.has(condition);
        };
    }
}
