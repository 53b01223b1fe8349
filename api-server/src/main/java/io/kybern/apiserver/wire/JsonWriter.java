package io.kybern.apiserver.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;

/**
 * Writes trees as compact JSON bytes with the escapes of Go's encoder, and knows at each moment how many bytes are
 * written, so that the writer of stored objects can note offsets. Not thread-safe.
 */
public final class JsonWriter {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.ISO_8859_1);
    private static final byte[] TRUE = "true".getBytes(StandardCharsets.ISO_8859_1);
    private static final byte[] FALSE = "false".getBytes(StandardCharsets.ISO_8859_1);
    private static final byte[] NULL = "null".getBytes(StandardCharsets.ISO_8859_1);

    /** ASCII that stands for itself. */
    private static final boolean[] PLAIN = plain();

    private byte[] buffer;
    private int length;
    private boolean asSent;

    public JsonWriter(int expectedSize) {
        this.buffer = new byte[Math.max(64, expectedSize)];
    }

    private static boolean[] plain() {
        boolean[] plain = new boolean[0x80];
        Arrays.fill(plain, 0x20, 0x80, true);
        for (char c : new char[] {'"', '\\', '<', '>', '&'}) {
            plain[c] = false;
        }
        return plain;
    }

    /** The tree as bytes. */
    public static byte[] bytes(JsonNode tree) {
        JsonWriter writer = new JsonWriter(512);
        writer.write(tree);
        return writer.toByteArray();
    }

    /** The tree as bytes, with numbers as they were sent: {@code 3.0} stays that. */
    public static byte[] bytesAsSent(JsonNode tree) {
        JsonWriter writer = new JsonWriter(512);
        writer.asSent = true;
        writer.write(tree);
        return writer.toByteArray();
    }

    public int length() {
        return length;
    }

    public byte[] toByteArray() {
        return Arrays.copyOf(buffer, length);
    }

    public JsonWriter raw(char c) {
        room(1);
        buffer[length++] = (byte) c;
        return this;
    }

    public JsonWriter raw(byte[] bytes) {
        room(bytes.length);
        System.arraycopy(bytes, 0, buffer, length, bytes.length);
        length += bytes.length;
        return this;
    }

    /** Text that needs no escapes and is ASCII. */
    public JsonWriter ascii(String text) {
        room(text.length());
        for (int i = 0; i < text.length(); i++) {
            buffer[length++] = (byte) text.charAt(i);
        }
        return this;
    }

    public JsonWriter write(JsonNode node) {
        switch (node.getNodeType()) {
            case OBJECT -> object((ObjectNode) node);
            case ARRAY -> {
                raw('[');
                boolean first = true;
                for (JsonNode item : node) {
                    if (!first) {
                        raw(',');
                    }
                    first = false;
                    write(item);
                }
                raw(']');
            }
            case STRING -> string(node.textValue());
            case BOOLEAN -> raw(node.booleanValue() ? TRUE : FALSE);
            case NUMBER -> ascii(number(node));
            default -> raw(NULL);
        }
        return this;
    }

    private void object(ObjectNode node) {
        raw('{');
        Iterator<Map.Entry<String, JsonNode>> members = node.properties().iterator();
        boolean first = true;
        while (members.hasNext()) {
            Map.Entry<String, JsonNode> member = members.next();
            if (!first) {
                raw(',');
            }
            first = false;
            name(member.getKey());
            write(member.getValue());
        }
        raw('}');
    }

    /** A member's name with its colon. */
    public JsonWriter name(String name) {
        string(name);
        return raw(':');
    }

    private String number(JsonNode node) {
        if (node.isIntegralNumber() || asSent) {
            return node.asText();
        }
        return GoNumber.format(node.doubleValue());
    }

    public JsonWriter string(String text) {
        int n = text.length();
        room(n * 3 + 2);
        buffer[length++] = '"';
        for (int i = plain(text, 0); i < n; i = plain(text, i)) {
            i = special(text, i, text.charAt(i)) + 1;
            room((n - i) * 3 + 2);
        }
        room(1);
        buffer[length++] = '"';
        return this;
    }

    /** Appends the characters from a position that need no escapes, for which there is room; where they end. */
    private int plain(String text, int from) {
        byte[] out = buffer;
        int at = length;
        int i = from;
        for (; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= PLAIN.length || !PLAIN[c]) {
                break;
            }
            out[at++] = (byte) c;
        }
        length = at;
        return i;
    }

    private int special(String text, int i, char c) {
        room(12);
        switch (c) {
            case '"' -> two('"');
            case '\\' -> two('\\');
            case '\n' -> two('n');
            case '\r' -> two('r');
            case '\t' -> two('t');
            case '\b' -> two('b');
            case '\f' -> two('f');
            default -> {
                if (c < 0x80 || c == 0x2028 || c == 0x2029) {
                    unicode(c);
                } else if (Character.isHighSurrogate(c)
                        && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1))) {
                    int point = Character.toCodePoint(c, text.charAt(i + 1));
                    buffer[length++] = (byte) (0xf0 | point >> 18);
                    buffer[length++] = (byte) (0x80 | point >> 12 & 0x3f);
                    buffer[length++] = (byte) (0x80 | point >> 6 & 0x3f);
                    buffer[length++] = (byte) (0x80 | point & 0x3f);
                    return i + 1;
                } else if (Character.isSurrogate(c)) {
                    unicode((char) 0xfffd);
                } else if (c < 0x800) {
                    buffer[length++] = (byte) (0xc0 | c >> 6);
                    buffer[length++] = (byte) (0x80 | c & 0x3f);
                } else {
                    buffer[length++] = (byte) (0xe0 | c >> 12);
                    buffer[length++] = (byte) (0x80 | c >> 6 & 0x3f);
                    buffer[length++] = (byte) (0x80 | c & 0x3f);
                }
            }
        }
        return i;
    }

    private void two(char c) {
        buffer[length++] = '\\';
        buffer[length++] = (byte) c;
    }

    private void unicode(char c) {
        buffer[length++] = '\\';
        buffer[length++] = 'u';
        for (int shift = 12; shift >= 0; shift -= 4) {
            buffer[length++] = HEX[c >> shift & 0xf];
        }
    }

    private void room(int more) {
        if (buffer.length - length < more) {
            buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, length + more));
        }
    }
}
