package io.kybern.conformance.transcript;

import java.util.ArrayList;
import java.util.List;

/**
 * Commands that build on each other, as text. The first characters of a line tell what it is:
 *
 * <pre>
 * # a comment
 * $ apply -f -
 * &lt; kind: Namespace      a line of input
 * | namespace/a created  a line of output
 * ! error: …             a line of the other output
 * = 1                    the exit code, if it isn't 0
 * </pre>
 */
public final class Transcript {
    private Transcript() {}

    /** @throws IllegalArgumentException for a line that is none of these */
    public static List<Exchange> parse(String text) {
        List<Exchange> out = new ArrayList<>();
        Reader reader = new Reader();
        text.lines().forEach(line -> {
            boolean comment = line.isEmpty() || line.startsWith("#");
            if (reader.began() && (comment || line.startsWith("$ "))) {
                out.add(reader.end());
            }
            reader.line(line);
        });
        if (reader.began()) {
            out.add(reader.end());
        }
        return out;
    }

    public static String format(List<Exchange> exchanges) {
        StringBuilder out = new StringBuilder();
        for (Exchange exchange : exchanges) {
            exchange.comment().forEach(line -> out.append(line).append('\n'));
            out.append("$ ").append(exchange.command()).append('\n');
            lines(out, '<', exchange.input());
            lines(out, '|', exchange.outcome().out());
            lines(out, '!', exchange.outcome().err());
            if (exchange.outcome().exit() != 0) {
                out.append("= ").append(exchange.outcome().exit()).append('\n');
            }
        }
        return out.toString();
    }

    private static void lines(StringBuilder out, char mark, String text) {
        text.lines()
                .forEach(line -> out.append(mark)
                        .append(line.isEmpty() ? "" : " ")
                        .append(line)
                        .append('\n'));
    }

    /** Collects the lines of one exchange. */
    private static final class Reader {
        private final List<String> comment = new ArrayList<>();
        private final StringBuilder input = new StringBuilder();
        private final StringBuilder out = new StringBuilder();
        private final StringBuilder err = new StringBuilder();
        private String command = "";
        private int exit;

        boolean began() {
            return !command.isEmpty();
        }

        void line(String line) {
            if (line.isEmpty() || line.startsWith("#")) {
                comment.add(line);
                return;
            }
            String rest = line.length() > 1 ? line.substring(2) : "";
            switch (line.charAt(0)) {
                case '$' -> command = rest;
                case '<' -> input.append(rest).append('\n');
                case '|' -> out.append(rest).append('\n');
                case '!' -> err.append(rest).append('\n');
                case '=' -> exit = Integer.parseInt(rest);
                default -> throw new IllegalArgumentException("no line of a transcript: " + line);
            }
        }

        Exchange end() {
            Exchange made =
                    new Exchange(comment, command, input.toString(), new Outcome(exit, out.toString(), err.toString()));
            comment.clear();
            input.setLength(0);
            out.setLength(0);
            err.setLength(0);
            command = "";
            exit = 0;
            return made;
        }
    }
}
