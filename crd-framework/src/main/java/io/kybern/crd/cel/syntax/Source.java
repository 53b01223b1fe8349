package io.kybern.crd.cel.syntax;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** The text of an expression, to tell where something is wrong with it. */
public record Source(String text) {
    /** The position of what is wrong with the whole of an expression. */
    public static final int NOWHERE = -1;

    private static final int LONGEST_SNIPPET = 16384;

    /** @param position in code points, or {@link #NOWHERE} */
    public record Issue(int position, String message) {}

    /** All issues with their lines, as one text of several lines. */
    public String describe(List<Issue> issues) {
        return issues.stream()
                .sorted(Comparator.comparingInt(Issue::position))
                .map(this::describe)
                .collect(Collectors.joining("\n"));
    }

    /** Whether it may be so deep that what walks through it does so best by {@link DeepStack#run}. */
    public boolean isDeep() {
        return DeepStack.isWantedFor(text);
    }

    private String describe(Issue issue) {
        if (issue.position() == NOWHERE) {
            return "ERROR: <input>:-1:0: " + issue.message();
        }
        if (text.isEmpty()) {
            return "ERROR: <input>:1:0: " + issue.message();
        }
        int[] points = text.codePoints().toArray();
        int at = Math.min(Math.max(issue.position(), 0), points.length);
        int line = 1;
        int start = 0;
        for (int i = 0; i < at; i++) {
            if (points[i] == '\n') {
                line++;
                start = i + 1;
            }
        }
        int end = start;
        while (end < points.length && points[end] != '\n') {
            end++;
        }
        int column = at - start;
        String head = "ERROR: <input>:" + line + ":" + (column + 1) + ": " + issue.message();
        if (end - start > LONGEST_SNIPPET) {
            return head;
        }
        StringBuilder shown = new StringBuilder(head).append("\n | ");
        for (int i = start; i < end; i++) {
            shown.appendCodePoint(points[i] == '\t' ? ' ' : points[i]);
        }
        shown.append("\n | ");
        for (int i = start; i < at; i++) {
            shown.append(points[i] > 0x7f ? '\uff0e' : '.');
        }
        boolean wide = at < end && points[at] > 0x7f;
        return shown.append(wide ? '\uff3e' : '^').toString();
    }
}
