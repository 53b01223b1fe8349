package io.kybern.apiserver.wire;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.reader.ReaderException;
import org.yaml.snakeyaml.scanner.ScannerException;

/**
 * What SnakeYAML finds wrong, in the words of libyaml's descendant in Go. Both are ports of one parser, so that they
 * stumble at the same place over the same thing.
 */
final class YamlErrors {
    /** The beginning of SnakeYAML's complaint and the whole of the other's. */
    private static final List<Map.Entry<String, String>> WORDS = List.of(
            Map.entry("expected the node content", "did not find expected node content"),
            Map.entry("expected ',' or ']'", "did not find expected ',' or ']'"),
            Map.entry("expected ',' or '}'", "did not find expected ',' or '}'"),
            Map.entry("expected '<document start>'", "did not find expected <document start>"),
            Map.entry("could not find expected ':'", "could not find expected ':'"),
            Map.entry("sequence entries are not allowed", "block sequence entries are not allowed in this context"),
            Map.entry("mapping keys are not allowed", "mapping keys are not allowed in this context"),
            Map.entry("mapping values are not allowed", "mapping values are not allowed in this context"),
            Map.entry("found unexpected end of stream", "found unexpected end of stream"),
            Map.entry("found unexpected document separator", "found unexpected document indicator"),
            Map.entry("found unknown escape character", "found unknown escape character"),
            Map.entry("expected escape sequence", "did not find expected hexdecimal number"),
            Map.entry("expected alphabetic or numeric", "did not find expected alphabetic or numeric character"),
            Map.entry("expected indentation indicator", "found an indentation indicator equal to 0"),
            Map.entry("expected a comment or a line break", "did not find expected comment or line break"),
            Map.entry("expected chomping or indentation", "did not find expected comment or line break"),
            Map.entry("expected '>'", "did not find the expected '>'"),
            Map.entry("found undefined tag handle", "found undefined tag handle"),
            Map.entry("found duplicate YAML directive", "found duplicate %YAML directive"),
            Map.entry("found incompatible YAML document", "found incompatible YAML document"),
            Map.entry("duplicate tag handle", "found duplicate %TAG directive"),
            Map.entry("expected URI", "did not find expected tag URI"));

    private YamlErrors() {}

    static String describe(YAMLException e) {
        if (e instanceof ReaderException) {
            return "control characters are not allowed";
        }
        if (e instanceof MarkedYAMLException marked) {
            return line(marked) + words(marked);
        }
        return String.valueOf(e.getMessage());
    }

    private static String words(MarkedYAMLException e) {
        String problem = String.valueOf(e.getProblem());
        String context = String.valueOf(e.getContext());
        if (problem.startsWith("expected <block end>")) {
            return context.contains("mapping") ? "did not find expected key" : "did not find expected '-' indicator";
        }
        if (problem.contains("that cannot start any token")) {
            return "found character that cannot start any token";
        }
        return WORDS.stream()
                .filter(w -> problem.startsWith(w.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(problem);
    }

    /** The line of the problem, else that of its context, as the original counts: from 0 and not at all for the first. */
    private static String line(MarkedYAMLException e) {
        int problem =
                Optional.ofNullable(e.getProblemMark()).map(m -> lineOf(m, e)).orElse(0);
        int context = Optional.ofNullable(e.getContextMark()).map(Mark::getLine).orElse(0);
        int line = problem == 0 ? context : e instanceof ScannerException ? problem + 1 : problem;
        return line == 0 ? "" : "line " + line + ": ";
    }

    /** The end of the stream is a line of its own to all but those who look for the end of a scalar. */
    private static int lineOf(Mark mark, MarkedYAMLException e) {
        boolean atEnd = mark.getPointer() >= mark.getBuffer().length || mark.getBuffer()[mark.getPointer()] == 0;
        boolean inScalar = e instanceof ScannerException && !words(e).startsWith("could not find expected ':'");
        return mark.getLine() + (atEnd && mark.getColumn() > 0 && !inScalar ? 1 : 0);
    }
}
