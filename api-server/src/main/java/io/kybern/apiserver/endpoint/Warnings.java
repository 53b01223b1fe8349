package io.kybern.apiserver.endpoint;

import io.kybern.apiserver.http.Headers;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The warnings of one request, each once. Limits as in {@code apiserver/pkg/endpoints/filters/warning.go}. */
public final class Warnings {
    private static final int MAX_RUNES = 256;
    private static final int MAX_TOTAL = 4096;

    private static final String CONVERSION = "error converting YAML to JSON: ";
    private static final String YAML = "yaml: unmarshal errors:\n";

    private final Set<String> texts = new LinkedHashSet<>();

    public void add(String text) {
        texts.add(text);
    }

    /** Adds what strict decoding complains about; the complaints about a YAML document come as one text, a line each. */
    public void addStrict(List<String> errors) {
        for (String error : errors) {
            String all = error.startsWith(CONVERSION) ? error.substring(CONVERSION.length()) : error;
            if (all.startsWith(YAML)) {
                all.substring(YAML.length()).lines().map(String::strip).forEach(this::add);
            } else {
                add(error);
            }
        }
    }

    /** Adds a {@code Warning} header a text. */
    public void writeTo(Headers headers) {
        int total = 0;
        int longest = texts.stream().mapToInt(String::length).sum() > MAX_TOTAL ? MAX_RUNES : Integer.MAX_VALUE;
        for (String text : texts) {
            String shown = shorten(text, longest);
            total += shown.length();
            if (total > MAX_TOTAL) {
                return;
            }
            headers.add("Warning", "299 - \"" + quoted(shown) + "\"");
        }
    }

    private static String shorten(String text, int longest) {
        return text.codePointCount(0, text.length()) <= longest
                ? text
                : text.substring(0, text.offsetByCodePoints(0, longest)) + "...";
    }

    private static String quoted(String text) {
        StringBuilder out = new StringBuilder(text.length() + 8);
        for (char c : text.toCharArray()) {
            if (c == '\n') {
                out.append(' ');
            } else if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c >= 0x20 && c != 0x7f) {
                out.append(c);
            }
        }
        return out.toString();
    }
}
