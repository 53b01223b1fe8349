package io.kybern.apiserver.negotiation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Trees as YAML the way the original writes it: keys sorted, lists not indented, texts quoted where they would read as something else. */
public final class YamlWriter {
    private static final Pattern NOT_TEXT = Pattern.compile(
            "(?i)~|null|true|false|yes|no|on|off|y|n|[-+]?(\\.inf|\\.nan)|[-+]?[0-9][0-9_]*|[-+]?0x[0-9a-f_]+|0o?[0-7_]+|0b[01_]+"
                    + "|[-+]?(\\.[0-9]+|[0-9][0-9_]*(\\.[0-9_]*)?)(e[-+]?[0-9]+)?"
                    + "|[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\\.[0-9_]*)?"
                    + "|\\d{4}-\\d\\d?-\\d\\d?([Tt ].*)?|<<|=");
    private static final Pattern BARE = Pattern.compile("[^\\x00-\\x1f\\x7f\\u0085\\u2028\\u2029\\ufeff]*");

    private final StringBuilder out = new StringBuilder();

    private YamlWriter() {}

    public static byte[] bytes(JsonNode tree) {
        YamlWriter writer = new YamlWriter();
        if (tree.isContainerNode() && !tree.isEmpty()) {
            writer.block(tree, 0);
        } else {
            writer.flow(tree, 0);
            writer.out.append('\n');
        }
        return writer.out.toString().getBytes(StandardCharsets.UTF_8);
    }

    private void block(JsonNode node, int indent) {
        if (node instanceof ObjectNode object) {
            members(object, indent, false);
            return;
        }
        for (JsonNode item : node) {
            indent(indent).append("-");
            if (item instanceof ObjectNode object && !object.isEmpty()) {
                out.append(' ');
                members(object, indent + 2, true);
            } else if (item.isArray() && !item.isEmpty()) {
                out.append(' ');
                int mark = out.length();
                block(item, indent + 2);
                out.delete(mark, mark + indent + 2);
            } else {
                out.append(' ');
                flow(item, indent);
                out.append('\n');
            }
        }
    }

    private void members(ObjectNode object, int indent, boolean firstInline) {
        Map<String, JsonNode> sorted = new TreeMap<>();
        object.properties().forEach(e -> sorted.put(e.getKey(), e.getValue()));
        boolean inline = firstInline;
        for (Iterator<Map.Entry<String, JsonNode>> it = sorted.entrySet().iterator(); it.hasNext(); ) {
            Map.Entry<String, JsonNode> member = it.next();
            if (!inline) {
                indent(indent);
            }
            inline = false;
            scalar(member.getKey(), indent);
            JsonNode value = member.getValue();
            if (value.isObject() && !value.isEmpty()) {
                out.append(":\n");
                block(value, indent + 2);
            } else if (value.isArray() && !value.isEmpty()) {
                out.append(":\n");
                block(value, indent);
            } else {
                out.append(": ");
                flow(value, indent);
                out.append('\n');
            }
        }
    }

    private void flow(JsonNode node, int indent) {
        switch (node.getNodeType()) {
            case OBJECT -> out.append("{}");
            case ARRAY -> out.append("[]");
            case STRING -> scalar(node.textValue(), indent);
            case NULL -> out.append("null");
            default -> out.append(node.asText());
        }
    }

    private void scalar(String text, int indent) {
        if (text.isEmpty() || NOT_TEXT.matcher(text).matches()) {
            out.append('"').append(text).append('"');
        } else if (text.indexOf('\n') >= 0 && literal(text)) {
            literalBlock(text, indent);
        } else if (!BARE.matcher(text).matches()) {
            doubleQuoted(text);
        } else if (needsQuotes(text)) {
            out.append('\'').append(text.replace("'", "''")).append('\'');
        } else {
            out.append(text);
        }
    }

    private static boolean literal(String text) {
        return BARE.matcher(text.replace("\n", "").replace("\t", "")).matches() && !text.startsWith(" ");
    }

    private void literalBlock(String text, int indent) {
        out.append('|');
        if (!text.endsWith("\n")) {
            out.append('-');
        } else if (text.endsWith("\n\n") || text.equals("\n")) {
            out.append('+');
        }
        for (String line : text.split("\n", -1)) {
            out.append('\n');
            if (!line.isEmpty()) {
                indent(indent + 2).append(line);
            }
        }
        while (text.endsWith("\n") && out.charAt(out.length() - 1) == '\n') {
            out.setLength(out.length() - 1);
            break;
        }
    }

    private void doubleQuoted(String text) {
        out.append('"');
        text.chars().forEach(c -> {
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case 0 -> out.append("\\0");
                case 7 -> out.append("\\a");
                case 8 -> out.append("\\b");
                case 0x1b -> out.append("\\e");
                default -> {
                    if (c < 0x20 || c == 0x7f) {
                        out.append(String.format("\\x%02X", c));
                    } else {
                        out.append((char) c);
                    }
                }
            }
        });
        out.append('"');
    }

    private static boolean needsQuotes(String text) {
        char first = text.charAt(0);
        if (",[]{}#&*!|>'\"%@`".indexOf(first) >= 0) {
            return true;
        }
        if ((first == '-' || first == '?' || first == ':') && (text.length() == 1 || text.charAt(1) == ' ')) {
            return true;
        }
        return text.startsWith(" ")
                || text.endsWith(" ")
                || text.endsWith(":")
                || text.contains(": ")
                || text.contains(" #")
                || text.startsWith("---")
                || text.startsWith("...");
    }

    private StringBuilder indent(int spaces) {
        return out.repeat(' ', spaces);
    }
}
