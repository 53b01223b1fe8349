package io.kybern.conformance.transcript;

import java.util.List;

/**
 * One command.
 *
 * @param comment lines before it, as they are
 * @param command kubectl's arguments as a line
 * @param input what it reads; empty for nothing
 */
public record Exchange(List<String> comment, String command, String input, Outcome outcome) {
    public Exchange {
        comment = List.copyOf(comment);
    }

    public Exchange with(Outcome recorded) {
        return new Exchange(comment, command, input, recorded);
    }
}
