package io.kybern.crd.schema;

import com.google.re2j.PatternSyntaxException;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Measures a regular expression without compiling it, in time linear in its length. What is malformed is measured as it comes: the
 * compiler tells what is wrong with it. Source of the measures: Go's {@code regexp/syntax}, {@code calcSize} and
 * {@code repeatIsValid}.
 */
final class PatternScan {
    private static final int MAX_REPEAT = 1_000;
    private static final long HUGE = 1L << 40;

    /** Instructions of a class of Unicode characters: it has as many ranges. */
    private static final int UNICODE_CLASS = 100;

    private static final Part EMPTY = new Part(0, 0, 1);

    private final String regex;
    private int at;

    PatternScan(String regex) {
        this.regex = regex;
    }

    /**
     * A part of an expression.
     *
     * @param height of its tree
     * @param repeats how often its innermost part is repeated at most, nested repetitions multiplied
     */
    record Part(long size, int height, long repeats) {
        Part then(Part next) {
            return new Part(
                    Math.min(HUGE, size + next.size), Math.max(height, next.height), Math.max(repeats, next.repeats));
        }

        Part within(int more) {
            return new Part(Math.min(HUGE, size + more), height + 1, repeats);
        }
    }

    /** A group that is open: what was read of it. */
    private static final class Group {
        final boolean captures;
        private Part branches = EMPTY;
        private Part sequence = EMPTY;
        private Part last = EMPTY;
        private int parts;
        private int alternatives;

        Group(boolean captures) {
            this.captures = captures;
        }

        void add(Part part) {
            sequence = sequence.then(last);
            last = part;
            parts++;
        }

        void endBranch() {
            Part whole = sequence.then(last);
            branches = branches.then(parts > 1 ? whole.within(0) : whole);
            alternatives++;
            sequence = EMPTY;
            last = EMPTY;
            parts = 0;
        }

        Part close() {
            endBranch();
            Part all = alternatives > 1 ? branches.within(alternatives - 1) : branches;
            return captures ? all.within(2) : all;
        }
    }

    /** @throws PatternSyntaxException if something is repeated too often */
    Part all() {
        Deque<Group> outer = new ArrayDeque<>();
        Group group = new Group(false);
        while (at < regex.length()) {
            char c = regex.charAt(at);
            switch (c) {
                case '(' -> {
                    if (!skipFlags()) {
                        outer.push(group);
                        group = new Group(isCapture());
                    }
                }
                case ')' -> {
                    at++;
                    if (!outer.isEmpty()) {
                        Part closed = group.close();
                        group = outer.pop();
                        group.add(closed);
                    }
                }
                case '|' -> {
                    at++;
                    group.endBranch();
                }
                case '*', '+', '?' -> {
                    at++;
                    group.last = group.last.within(c == '*' ? 2 : 1);
                    skipLazy();
                }
                case '{' -> repeat(group);
                case '[' -> group.add(characters());
                case '\\' -> escape(group);
                default -> {
                    at++;
                    group.add(new Part(1, 1, 1));
                }
            }
        }
        while (!outer.isEmpty()) {
            Part closed = group.close();
            group = outer.pop();
            group.add(closed);
        }
        return group.close();
    }

    private void skipLazy() {
        if (at < regex.length() && regex.charAt(at) == '?') {
            at++;
        }
    }

    /** Reads {@code (}; true if flags follow that hold for what comes, without a group. */
    private boolean skipFlags() {
        int start = at++;
        if (regex.startsWith("(?", start)) {
            int end = start + 2;
            while (end < regex.length() && "imsU-".indexOf(regex.charAt(end)) >= 0) {
                end++;
            }
            if (end < regex.length() && regex.charAt(end) == ')') {
                at = end + 1;
                return true;
            }
        }
        return false;
    }

    /** Reads what stands between a parenthesis and the contents of its group; whether it is one that captures. */
    private boolean isCapture() {
        if (at >= regex.length() || regex.charAt(at) != '?') {
            return true;
        }
        boolean named = regex.startsWith("?P<", at) || regex.startsWith("?<", at);
        int end = regex.indexOf(named ? '>' : ':', at);
        at = end < 0 ? regex.length() : end + 1;
        return named;
    }

    private void escape(Group group) {
        char c = at + 1 < regex.length() ? regex.charAt(at + 1) : '\\';
        if (c == 'Q') {
            int end = regex.indexOf("\\E", at + 2);
            int stop = end < 0 ? regex.length() : end;
            if (stop > at + 2) {
                group.add(new Part(stop - at - 2, 1, 1));
            }
            at = Math.min(regex.length(), stop + 2);
            return;
        }
        at = Math.min(regex.length(), at + 2);
        if ((c == 'p' || c == 'P' || c == 'x') && regex.startsWith("{", at)) {
            int end = regex.indexOf('}', at);
            at = end < 0 ? regex.length() : end + 1;
        }
        group.add(new Part(c == 'p' || c == 'P' ? UNICODE_CLASS : 1, 1, 1));
    }

    private Part characters() {
        int start = at++;
        if (regex.startsWith("^", at)) {
            at++;
        }
        int size = 1;
        boolean first = true;
        while (at < regex.length() && (first || regex.charAt(at) != ']')) {
            first = false;
            if (regex.charAt(at) == '\\') {
                boolean unicode = regex.startsWith("\\p", at) || regex.startsWith("\\P", at);
                size += unicode ? UNICODE_CLASS : 0;
                at++;
            } else if (regex.startsWith("[:", at) && regex.indexOf(":]", at) > 0) {
                at = regex.indexOf(":]", at) + 1;
            }
            at++;
        }
        at = Math.min(regex.length(), at + 1);
        return new Part(size + (at - start) / 8, 1, 1);
    }

    private void repeat(Group group) {
        int start = at++;
        int min = number();
        int max = min;
        if (min >= 0 && at < regex.length() && regex.charAt(at) == ',') {
            at++;
            max = at < regex.length() && regex.charAt(at) == '}' ? -1 : number();
            if (max == -2) {
                min = -2;
            }
        }
        if (min < 0 || at >= regex.length() || regex.charAt(at) != '}') { // as it stands there
            at = start + 1;
            group.add(new Part(1, 1, 1));
            return;
        }
        at++;
        Part part = group.last;
        long times = max < 0 ? min : max;
        long repeats = max == 0 ? 1 : Math.max(1, times) * part.repeats;
        if (times >= 2 && repeats > MAX_REPEAT) {
            throw new PatternSyntaxException("invalid repeat count", regex.substring(start, at));
        }
        long size = max < 0 ? min == 0 ? 2 + part.size : 1 + min * part.size : max * part.size + Math.max(0, max - min);
        group.last = new Part(Math.min(HUGE, Math.max(1, size)), part.height + 1, repeats);
        skipLazy();
    }

    /** -2 if there is none, or one too large to be repeated so often. */
    private int number() {
        int start = at;
        while (at < regex.length() && at - start < 5 && Character.isDigit(regex.charAt(at))) {
            at++;
        }
        return at == start ? -2 : Integer.parseInt(regex.substring(start, at));
    }
}
