package io.kybern.conformance.golden;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeSet;

/** What is recorded of a protobuf answer: the envelope and the numbers of the object's top-level fields. */
final class ProtobufShape {
    private static final byte[] MAGIC = {'k', '8', 's', 0};

    private ProtobufShape() {}

    /** A field; its content is empty unless it is length-delimited. */
    private record Field(int number, byte[] content) {
        String text() {
            return new String(content, StandardCharsets.UTF_8);
        }
    }

    /** @throws IllegalArgumentException if it is no protobuf message */
    static ObjectNode of(byte[] answer) {
        byte[] magic = Arrays.copyOf(answer, Math.min(MAGIC.length, answer.length));
        ObjectNode shape = Json.NODES.objectNode();
        shape.put("magic", HexFormat.of().formatHex(magic));
        if (!Arrays.equals(magic, MAGIC)) {
            return shape;
        }
        for (Field field : fields(Arrays.copyOfRange(answer, MAGIC.length, answer.length))) {
            switch (field.number) {
                case 1 -> {
                    shape.put("apiVersion", "").put("kind", "");
                    for (Field type : fields(field.content)) {
                        shape.put(type.number == 1 ? "apiVersion" : "kind", type.text());
                    }
                }
                case 2 -> {
                    shape.put("rawPresent", field.content.length > 0);
                    TreeSet<Integer> numbers = new TreeSet<>();
                    fields(field.content).forEach(inner -> numbers.add(inner.number));
                    ArrayNode rawFields = shape.putArray("rawFields");
                    numbers.forEach(number -> rawFields.add(number.intValue()));
                }
                case 3 -> put(shape, "contentEncoding", field);
                case 4 -> put(shape, "contentType", field);
                default -> {}
            }
        }
        return shape;
    }

    private static void put(ObjectNode shape, String name, Field field) {
        if (field.content.length > 0) {
            shape.put(name, field.text());
        }
    }

    private static List<Field> fields(byte[] message) {
        List<Field> fields = new ArrayList<>();
        Reader reader = new Reader(message);
        while (reader.more()) {
            long key = reader.varint();
            byte[] content = switch ((int) (key & 7)) {
                case 0 -> {
                    reader.varint();
                    yield new byte[0];
                }
                case 1 -> reader.bytes(8);
                case 2 -> reader.bytes(reader.varint());
                case 5 -> reader.bytes(4);
                default -> throw new IllegalArgumentException("wire type " + (key & 7));
            };
            fields.add(new Field((int) (key >> 3), content));
        }
        return fields;
    }

    private static final class Reader {
        private final byte[] message;
        private int position;

        Reader(byte[] message) {
            this.message = message;
        }

        boolean more() {
            return position < message.length;
        }

        long varint() {
            long value = 0;
            for (int shift = 0; more(); shift += 7) {
                byte b = message[position++];
                value |= (long) (b & 127) << shift;
                if (b >= 0) {
                    return value;
                }
            }
            throw new IllegalArgumentException("a number has no end");
        }

        byte[] bytes(long length) {
            if (length < 0 || length > message.length - position) {
                throw new IllegalArgumentException("a field has no end");
            }
            position += (int) length;
            return Arrays.copyOfRange(message, position - (int) length, position);
        }
    }
}
