package io.kybern.conformance.golden;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Where two values differ, one line a place: {@code .body.spec.replicas: want 1 got 2}. */
final class Difference {
    private static final Pattern PLAIN_KEY = Pattern.compile("[\\w-]+");
    private static final int SHORT = 160;
    private static final int LONG = 400;

    private Difference() {}

    static List<String> between(JsonNode want, JsonNode got) {
        List<String> differences = new ArrayList<>();
        compare(want, got, "", differences);
        return differences;
    }

    private static void compare(JsonNode want, JsonNode got, String path, List<String> out) {
        if (!Json.type(want).equals(Json.type(got))) {
            out.add("%s: want %s got %s".formatted(path.isEmpty() ? "." : path, brief(want, SHORT), brief(got, SHORT)));
        } else if (want.isObject()) {
            objects(want, got, path, out);
        } else if (want.isArray()) {
            lists(want, got, path, out);
        } else if (!same(want, got)) {
            out.add("%s: want %s got %s".formatted(path, brief(want, LONG), brief(got, LONG)));
        }
    }

    private static void objects(JsonNode want, JsonNode got, String path, List<String> out) {
        TreeSet<String> keys = new TreeSet<>(Json.sortedKeys(want));
        keys.addAll(Json.sortedKeys(got));
        for (String key : keys) {
            String place = path + (PLAIN_KEY.matcher(key).matches() ? "." + key : "[\"" + key + "\"]");
            if (!got.has(key)) {
                out.add(place + ": missing, want " + brief(want.get(key), SHORT));
            } else if (!want.has(key)) {
                out.add(place + ": unexpected " + brief(got.get(key), SHORT));
            } else {
                compare(want.get(key), got.get(key), place, out);
            }
        }
    }

    private static void lists(JsonNode want, JsonNode got, String path, List<String> out) {
        int both = Math.min(want.size(), got.size());
        if (want.size() != got.size()) {
            out.add("%s: want %d elements, got %d".formatted(path, want.size(), got.size()));
        }
        for (int i = 0; i < both; i++) {
            compare(want.get(i), got.get(i), path + "[" + i + "]", out);
        }
        if (want.size() > both) {
            out.add("%s[%d]: missing, want %s".formatted(path, both, brief(want.get(both), SHORT)));
        } else if (got.size() > both) {
            out.add("%s[%d]: unexpected %s".formatted(path, both, brief(got.get(both), SHORT)));
        }
    }

    /** An allocated address was recorded without saying which: one that the scenario names elsewhere is as good. */
    private static boolean same(JsonNode want, JsonNode got) {
        if (want.isTextual() && want.textValue().equals(Literals.ALLOCATED_IP)) {
            return got.textValue().equals(Literals.ALLOCATED_IP)
                    || Literals.SERVICE_IP.matcher(got.textValue()).matches();
        }
        if (want.isIntegralNumber()) {
            return want.bigIntegerValue().equals(got.bigIntegerValue());
        }
        return want.isNumber() ? want.doubleValue() == got.doubleValue() : want.equals(got);
    }

    /** As JSON, cut to so many characters. */
    static String brief(JsonNode node, int length) {
        String text = Json.text(node);
        return text.length() <= length ? text : text.substring(0, length - 1) + "…";
    }
}
