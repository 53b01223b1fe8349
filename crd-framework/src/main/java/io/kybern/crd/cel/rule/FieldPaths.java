package io.kybern.crd.cel.rule;

import io.kybern.crd.schema.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The {@code fieldPath} of a rule: {@code .spec.x['a.b']}, of fields and of keys of maps. */
public final class FieldPaths {
    private FieldPaths() {}

    /** The path as complaints show it; empty if it leads to nothing that the schema has. */
    public static Optional<String> resolve(String path, Schema schema) {
        StringBuilder shown = new StringBuilder();
        Schema at = schema;
        List<String> tokens = tokens(path);
        for (int i = 0; i < tokens.size(); i++) {
            String name;
            switch (tokens.get(i)) {
                case "." -> {
                    if (++i >= tokens.size()) {
                        return Optional.empty();
                    }
                    name = tokens.get(i);
                }
                case "[" -> {
                    boolean quoted = i + 2 < tokens.size()
                            && tokens.get(i + 1).length() > 1
                            && tokens.get(i + 1).startsWith("'")
                            && tokens.get(i + 1).endsWith("'")
                            && tokens.get(i + 2).equals("]");
                    if (!quoted) {
                        return Optional.empty();
                    }
                    name = unescape(tokens.get(i + 1));
                    i += 2;
                }
                default -> {
                    return Optional.empty();
                }
            }
            boolean property = !at.properties().isEmpty();
            Schema next = property ? at.property(name) : at.values();
            if (!next.declared()) {
                return Optional.empty();
            }
            if (property) {
                shown.append(shown.isEmpty() ? "" : ".").append(name);
            } else {
                shown.append('[').append(name).append(']');
            }
            at = next;
        }
        return Optional.of(shown.toString());
    }

    private static List<String> tokens(String path) {
        List<String> tokens = new ArrayList<>();
        int i = 0;
        while (i < path.length()) {
            int end = i;
            if (path.charAt(i) == '\'') {
                end++;
                while (end < path.length() && (path.charAt(end) != '\'' || path.charAt(end - 1) == '\\')) {
                    end++;
                }
                end = Math.min(end + 1, path.length());
            } else if (".[]".indexOf(path.charAt(i)) >= 0) {
                end++;
            } else {
                while (end < path.length() && ".[]".indexOf(path.charAt(end)) < 0) {
                    end++;
                }
            }
            tokens.add(path.substring(i, end));
            i = end;
        }
        return tokens;
    }

    private static String unescape(String quoted) {
        return quoted.substring(1, quoted.length() - 1).replace("\\'", "'").replace("\\\\", "\\");
    }
}
