package io.kybern.crd.cel.syntax;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** The text of an expression, to tell where something is wrong with it. */
public record Source(String text) {
    private static final int LONGEST_SNIPPET = 16384;

    /** @param position in code points */
    public record Issue(int position, String message) {}

    /** All issues with their lines, as one text of several lines. */
    public String describe(List<Issue> issues) {
        return issues.stream()
                .sorted(Comparator.comparingInt(Issue::position))
                .map(this::describe)
                .collect(Collectors.joining("\n"));
    }

    private String describe(Issue issue) {
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
