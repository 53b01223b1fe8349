package io.kybern.apiserver.openapi;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The protobuf messages of OpenAPI documents (gnostic's {@code openapi.v2} and {@code openapi.v3}), read from a table with
 * a line a message:
 *
 * <pre>
 * Info      title=1 version=2 +=7                  members by JSON name; + collects x-…
 * Paths     {}=2:PathItem +=1                      all other members are entries of a map
 * ItemsItem []=1:Schema                            the value, or each of an array
 * SchemaOrReference |$ref>2:Reference |>1:Schema   the first alternative whose condition holds
 * </pre>
 *
 * Types are messages, {@code string} (the default), {@code bool}, {@code int}, {@code double} and {@code any}.
 */
final class MessageTable {
    /** A member of a message. */
    record Field(int number, String type) {
        static Field parse(String text) {
            int colon = text.indexOf(':');
            return colon < 0
                    ? new Field(Integer.parseInt(text), "string")
                    : new Field(Integer.parseInt(text.substring(0, colon)), text.substring(colon + 1));
        }
    }

    /** One of several fields: {@code condition} is empty, a member's name, {@code name:value}, or {@code {}} for an object. */
    record Alternative(String condition, Field field) {}

    /** One line. */
    record Message(
            Map<String, Field> members,
            Optional<Field> entries,
            Optional<Field> elements,
            List<Alternative> alternatives,
            int extensions) {}

    private final Map<String, Message> messages = new HashMap<>();

    private MessageTable() {}

    static MessageTable read(String resource) {
        MessageTable table = new MessageTable();
        try (InputStream in = MessageTable.class.getResourceAsStream(resource);
                BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.isBlank() && !line.startsWith("#")) {
                    table.add(line.strip().split("\\s+"));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return table;
    }

    private void add(String[] words) {
        Map<String, Field> members = new HashMap<>();
        Optional<Field> entries = Optional.empty();
        Optional<Field> elements = Optional.empty();
        List<Alternative> alternatives = new ArrayList<>();
        int extensions = 0;
        for (int i = 1; i < words.length; i++) {
            String word = words[i];
            int sign = word.indexOf(word.startsWith("|") ? '>' : '=');
            String left = word.substring(0, sign);
            Field field = Field.parse(word.substring(sign + 1));
            switch (left) {
                case "{}" -> entries = Optional.of(field);
                case "[]" -> elements = Optional.of(field);
                case "+" -> extensions = field.number();
                default -> {
                    if (left.startsWith("|")) {
                        alternatives.add(new Alternative(left.substring(1), field));
                    } else {
                        members.put(left, field);
                    }
                }
            }
        }
        messages.put(words[0], new Message(members, entries, elements, alternatives, extensions));
    }

    Message get(String name) {
        Message message = messages.get(name);
        if (message == null) {
            throw new IllegalArgumentException("no message " + name);
        }
        return message;
    }
}
