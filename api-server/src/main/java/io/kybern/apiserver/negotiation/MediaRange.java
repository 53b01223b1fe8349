package io.kybern.apiserver.negotiation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** One clause of an Accept header, or a Content-Type. {@code type} is for instance {@code application/json} or {@code *}{@code /*}. */
public record MediaRange(String type, double quality, Map<String, String> parameters) {
    /** The clauses of an Accept header, best first; clauses of equal quality keep their order. */
    public static List<MediaRange> parseAccept(String header) {
        List<MediaRange> out = new ArrayList<>();
        for (String clause : header.split(",")) {
            if (!clause.isBlank()) {
                out.add(parse(clause));
            }
        }
        out.sort(Comparator.comparingDouble((MediaRange range) -> -range.quality()));
        return out;
    }

    public static MediaRange parse(String clause) {
        String[] parts = clause.split(";");
        double quality = 1;
        Map<String, String> parameters = new LinkedHashMap<>();
        for (int i = 1; i < parts.length; i++) {
            int equals = parts[i].indexOf('=');
            if (equals < 0) {
                continue;
            }
            String name = parts[i].substring(0, equals).strip();
            String value = parts[i].substring(equals + 1).strip();
            if (name.equals("q")) {
                quality = quality(value);
            } else {
                parameters.put(name, value);
            }
        }
        return new MediaRange(parts[0].strip().toLowerCase(Locale.ROOT), quality, parameters);
    }

    private static double quality(String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            return 1;
        }
    }

    public boolean accepts(String mediaType) {
        if (type.equals("*/*") || type.equals(mediaType)) {
            return true;
        }
        return type.endsWith("/*") && mediaType.startsWith(type.substring(0, type.length() - 1));
    }
}
