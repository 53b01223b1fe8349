package io.kybern.apiserver.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Header lines in order; names compare without case. A request has few: a list is faster than a map. */
public final class Headers {
    private final List<Map.Entry<String, String>> lines = new ArrayList<>();

    public Headers add(String name, String value) {
        lines.add(Map.entry(name, value));
        return this;
    }

    public Headers set(String name, String value) {
        lines.removeIf(line -> line.getKey().equalsIgnoreCase(name));
        return add(name, value);
    }

    public Optional<String> first(String name) {
        for (Map.Entry<String, String> line : lines) {
            if (line.getKey().equalsIgnoreCase(name)) {
                return Optional.of(line.getValue());
            }
        }
        return Optional.empty();
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
