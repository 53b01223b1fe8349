package io.kybern.conformance.golden;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The steps that are known to be answered otherwise than by a real server: a file of sorted lines {@code topic / step}. */
record KnownDifferences(Path file) {
    private static final String SEPARATOR = " / ";

    /** The steps of a topic. */
    Set<String> of(String topic) {
        Set<String> steps = new TreeSet<>();
        for (String line : lines()) {
            if (line.startsWith(topic + SEPARATOR)) {
                steps.add(line.substring(topic.length() + SEPARATOR.length()));
            }
        }
        return steps;
    }

    static String line(String topic, String step) {
        return topic + SEPARATOR + step;
    }

    /** Puts these steps in the place of those of the topic; other topics keep theirs. */
    void replace(String topic, Collection<String> steps) {
        TreeSet<String> all = new TreeSet<>();
        steps.forEach(step -> all.add(line(topic, step)));
        lines().stream().filter(line -> !line.startsWith(topic + SEPARATOR)).forEach(all::add);
        try {
            Files.writeString(file, String.join("\n", all) + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<String> lines() {
        try {
            return Files.exists(file)
                    ? Files.readAllLines(file).stream()
                            .filter(line -> !line.isBlank())
                            .toList()
                    : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
