package io.kybern.apiserver.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Header lines in order; names compare without case. A request has few: a list is faster than a map. */
public final class Headers {
    private final List<Map.Entry<String, String>> lines = new ArrayList<>();

    public Headers add(String name, String value) {
        lines.add(Map.entry(name, value));
        return this;
    }

    public Headers set(String name, String value) {
        for (int i = lines.size() - 1; i >= 0; i--) {
            if (lines.get(i).getKey().equalsIgnoreCase(name)) {
                lines.remove(i);
            }
        }
        return add(name, value);
    }

    public Optional<String> first(String name) {
        return Optional.ofNullable(value(name));
    }

    /** The first value; null if there is none. */
    @Nullable String value(String name) {
        for (int i = 0; i < lines.size(); i++) {
            Map.Entry<String, String> line = lines.get(i);
            if (line.getKey().equalsIgnoreCase(name)) {
                return line.getValue();
            }
        }
        return null;
    }

    public List<String> all(String name) {
        return lines.stream()
                .filter(line -> line.getKey().equalsIgnoreCase(name))
                .map(Map.Entry::getValue)
                .toList();
    }

    public List<Map.Entry<String, String>> lines() {
        return lines;
    }
}
