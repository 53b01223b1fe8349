package io.kybern.conformance.differential;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * An answer without what two servers do not share: ids, revisions, times of now, addresses and ports that were chosen. Of a
 * Status the complaints count in any order.
 *
 * @param lines one a complaint, or one a leaf of the object
 */
record Reply(int code, List<String> lines) {
    private static final Pattern UUID = Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");
    private static final Pattern TIME = Pattern.compile("20[2-9]\\d-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z");
    private static final Pattern ADDRESS = Pattern.compile("10\\.96\\.\\d+\\.\\d+");
    private static final Pattern NODE_PORT = Pattern.compile("\\b3[0-2]\\d{3}\\b");
    private static final Pattern TOKEN_VOLUME = Pattern.compile("kube-api-access-[a-z0-9]{5}\\b");
    private static final Pattern REVISION = Pattern.compile("(resourceVersion\\\\*\":\\\\*\")[0-9]+");
    private static final int LONG = 200;
    private static final int SHOWN = 60;
    private static final Pattern PLACE = Pattern.compile("\\[[^\\]]*\\]|\"[^\"]*\"|\\b[0-9]+\\b");

    static Reply of(int code, JsonNode body) {
        List<String> lines = new ArrayList<>();
        if (body.path("kind").asText().equals("Status")) {
            JsonNode causes = body.at("/details/causes");
            lines.add(body.path("reason").asText());
            if (causes.isEmpty()) {
                lines.add(masked(body.path("message").asText()));
            }
            TreeSet<String> sorted = new TreeSet<>();
            causes.forEach(cause -> sorted.add(masked(
                    cause.path("field").asText() + ": " + cause.path("message").asText())));
            lines.addAll(sorted);
        } else if (body instanceof ObjectNode object) {
            leaves(object, "", lines);
        }
        return new Reply(code, lines);
    }

    private static void leaves(JsonNode node, String path, List<String> out) {
        if (path.endsWith(".resourceVersion") || path.endsWith(".time") || path.endsWith(".uid")) {
            return;
        }
        if (node.isObject() && !node.isEmpty()) {
            node.propertyStream().forEach(e -> leaves(e.getValue(), path + "." + e.getKey(), out));
        } else if (node.isArray() && !node.isEmpty()) {
            for (int i = 0; i < node.size(); i++) {
                leaves(node.get(i), path + "[" + i + "]", out);
            }
        } else {
            out.add(path + " = " + masked(node.toString()));
        }
    }

    private static String masked(String text) {
        String out = UUID.matcher(text).replaceAll("<uid>");
        out = TIME.matcher(out).replaceAll("<time>");
        out = ADDRESS.matcher(out).replaceAll("<ip>");
        out = REVISION.matcher(out).replaceAll("$1<rv>");
        out = TOKEN_VOLUME.matcher(out).replaceAll("kube-api-access-<rand>");
        return NODE_PORT.matcher(out).replaceAll("<port>");
    }

    /** The lines that only one of the two has, those of the original after a minus; the code, too, if it differs. */
    List<String> differences(Reply original) {
        List<String> out = new ArrayList<>();
        if (code != original.code) {
            out.add("code " + code + ", not " + original.code);
        }
        List<String> missing = new ArrayList<>(original.lines);
        lines.forEach(missing::remove);
        List<String> more = new ArrayList<>(lines);
        original.lines.forEach(more::remove);
        for (int i = 0; i < missing.size(); i++) {
            int from = i < more.size() ? same(missing.get(i), more.get(i)) : 0;
            out.add("- " + tail(missing.get(i), from));
        }
        for (int i = 0; i < more.size(); i++) {
            int from = i < missing.size() ? same(missing.get(i), more.get(i)) : 0;
            out.add("+ " + tail(more.get(i), from));
        }
        return out;
    }

    /** How much of the beginning two long lines share that need not be shown. */
    private static int same(String one, String other) {
        int at = 0;
        while (at < one.length() && at < other.length() && one.charAt(at) == other.charAt(at)) {
            at++;
        }
        return at > LONG ? at - SHOWN : 0;
    }

    private static String tail(String line, int from) {
        return from == 0 ? line : line.substring(0, SHOWN) + " … " + line.substring(from);
    }

    /** What a difference has in common with others: no values, no indices. */
    static String kind(List<String> differences) {
        return differences.stream()
                .limit(2)
                .map(line -> PLACE.matcher(line).replaceAll("*"))
                .map(line -> line.length() > 200 ? line.substring(0, 200) : line)
                .reduce((a, b) -> a + " | " + b)
                .orElse("");
    }
}
