package io.kybern.apiserver.wire;

/**
 * Tabs between the tokens of a flow collection, which are white space to the library that the original reads YAML with, and to
 * SnakeYAML nothing that may stand there. JSON that is indented by tabs has many of them.
 *
 * <p>Only a document that is a flow collection as a whole is looked at: elsewhere a tab may be content, of a block scalar say.
 */
final class FlowTabs {
    private FlowTabs() {}

    /** Makes spaces of them, in place. */
    static void toSpaces(int[] points) {
        int i = 0;
        while (i < points.length && (isBlank(points[i]) || isBreak(points[i]))) {
            i++;
        }
        if (i == points.length || points[i] != '{' && points[i] != '[') {
            return;
        }
        int depth = 0;
        int before = '{'; // the last character that is no white space
        while (i < points.length) {
            int c = points[i];
            switch (c) {
                case '{', '[' -> depth++;
                case '}', ']' -> depth--;
                default -> {}
            }
            if (depth == 0) {
                if (i + 1 < points.length && isBlank(points[i + 1])) {
                    blanks(points, i + 1);
                }
                return;
            }
            if ((c == '"' || c == '\'') && isIndicator(before)) {
                i = endOfQuoted(points, i);
                before = c;
            } else if (c == '#' && (isBlank(points[i - 1]) || isBreak(points[i - 1]))) {
                i = endOfLine(points, i);
                continue;
            } else if (isBlank(c)) {
                i = blanks(points, i);
                continue;
            } else if (!isBreak(c)) {
                before = c;
            }
            i++;
        }
    }

    /** Where a run of blanks ends; its tabs are made spaces unless it stands within a plain scalar. */
    private static int blanks(int[] points, int from) {
        int to = from;
        while (to < points.length && isBlank(points[to])) {
            to++;
        }
        int left = points[from - 1];
        int right = to < points.length ? points[to] : '\n';
        boolean inside =
                !isIndicator(left) && !isQuote(left) && !isBreak(left) && !isIndicator(right) && !isBreak(right);
        for (int i = from; i < to && !inside; i++) {
            points[i] = ' ';
        }
        return to;
    }

    /** Where the quote is that closes it, or the end of the text. */
    private static int endOfQuoted(int[] points, int from) {
        int quote = points[from];
        int i = from + 1;
        while (i < points.length && (points[i] != quote || isDoubled(points, i))) {
            boolean two = quote == '"' ? points[i] == '\\' : points[i] == quote;
            i += two ? 2 : 1;
        }
        return i;
    }

    private static boolean isDoubled(int[] points, int i) {
        return points[i] == '\'' && i + 1 < points.length && points[i + 1] == '\'';
    }

    private static int endOfLine(int[] points, int from) {
        int i = from;
        while (i < points.length && !isBreak(points[i])) {
            i++;
        }
        return i;
    }

    private static boolean isBlank(int c) {
        return c == ' ' || c == '\t';
    }

    private static boolean isBreak(int c) {
        return c == '\n' || c == '\r';
    }

    private static boolean isQuote(int c) {
        return c == '"' || c == '\'';
    }

    private static boolean isIndicator(int c) {
        return c == '{' || c == '[' || c == '}' || c == ']' || c == ',' || c == ':';
    }
}
