package io.kybern.apiserver.http;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The decoded query of a request; each name may have several values. */
public final class QueryParameters {
    private static final QueryParameters NONE = new QueryParameters(Map.of());

    private final Map<String, List<String>> values;

    private QueryParameters(Map<String, List<String>> values) {
        this.values = values;
    }

    /** Parses {@code a=1&b=2}; escapes that are malformed stay as they are. */
    public static QueryParameters parse(String query) {
        if (query.isEmpty()) {
            return NONE;
        }
        Map<String, List<String>> out = new LinkedHashMap<>();
        for (String pair : query.split("&")) {
            int equals = pair.indexOf('=');
            String name = decode(equals < 0 ? pair : pair.substring(0, equals));
            if (!name.isEmpty()) {
                out.computeIfAbsent(name, n -> new ArrayList<>(1))
                        .add(equals < 0 ? "" : decode(pair.substring(equals + 1)));
            }
        }
        return new QueryParameters(out);
    }

    private static String decode(String text) {
        if (text.indexOf('%') < 0 && text.indexOf('+') < 0) {
            return text;
        }
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return text;
        }
    }

    public boolean has(String name) {
        return values.containsKey(name);
    }

    /** The first value; empty text if there is none. */
    public String get(String name) {
        List<String> found = values.get(name);
        return found == null ? "" : found.getFirst();
    }

    public Optional<String> find(String name) {
        List<String> found = values.get(name);
        return found == null ? Optional.empty() : Optional.of(found.getFirst());
    }

    public List<String> all(String name) {
        return values.getOrDefault(name, List.of());
    }

    /** As the original converts query values to bool: absent, {@code false} and {@code 0} are false, any other text is true. */
    public boolean flag(String name) {
        List<String> found = values.get(name);
        if (found == null) {
            return false;
        }
        String value = found.getFirst();
        return !value.equalsIgnoreCase("false") && !value.equals("0");
    }
}
