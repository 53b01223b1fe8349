package io.kybern.crd.schema;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;

/**
 * Regular expressions of users: matched in time linear in the text, and refused when the factor would be too large.
 *
 * <p>Go refuses repetitions of more than 1,000, nested ones counted together, and expressions that nest deeper than 1,000; the
 * limits of length and size are lower than its own, with which one expression takes minutes to compile. A long match lets the
 * other virtual threads run meanwhile.
 */
public final class Patterns {
    /** UTF-16 units. Compiling takes time that grows with the square of them. */
    static final int MAX_LENGTH = 10_000;

    /** Instructions of the compiled program, about. */
    static final int MAX_SIZE = 100_000;

    private static final int MAX_HEIGHT = 1_000;

    /** Steps of one match: characters times instructions. */
    private static final long MAX_STEPS = 2_000_000_000L;

    private static final int SHORT_TEXT = 1_024;
    private static final long STEPS_AT_A_TIME = 1_000_000;

    private Patterns() {}

    /** @throws PatternSyntaxException if it is no regular expression, or too large a one, with Go's text */
    public static Pattern compile(String regex) {
        size(regex);
        return Pattern.compile(regex);
    }

    /**
     * About how many instructions the expression compiles to.
     *
     * @throws PatternSyntaxException if it is too large
     */
    public static long size(String regex) {
        if (regex.length() > MAX_LENGTH) {
            throw new PatternSyntaxException("expression too large", regex);
        }
        PatternScan.Part all = new PatternScan(regex).all();
        if (all.height() > MAX_HEIGHT) {
            throw new PatternSyntaxException("expression nests too deeply", regex);
        }
        if (all.size() > MAX_SIZE) {
            throw new PatternSyntaxException("expression too large", regex);
        }
        return all.size();
    }

    /**
     * Whether the expression matches somewhere in the text.
     *
     * @throws PatternSyntaxException if it is too large for a text as long as this
     */
    public static boolean find(Pattern pattern, String text) {
        return pattern.matcher(readable(pattern, text)).find();
    }

    /**
     * The text as a matcher is to read it.
     *
     * @throws PatternSyntaxException if the expression is too large for a text as long as this
     */
    public static CharSequence readable(Pattern pattern, String text) {
        if (text.length() <= SHORT_TEXT) {
            return text;
        }
        long size = Math.max(1, size(pattern.pattern()));
        if (size * text.length() > MAX_STEPS) {
            throw new PatternSyntaxException("expression too large", pattern.pattern());
        }
        return new Yielding(text, (int) Math.max(1, STEPS_AT_A_TIME / size));
    }

    /** A text that lets others run whenever so many characters of it were read. Not for several threads at a time. */
    private static final class Yielding implements CharSequence {
        private final String text;
        private final int every;
        private int left;

        Yielding(String text, int every) {
            this.text = text;
            this.every = every;
            this.left = every;
        }

        @Override
        public char charAt(int index) {
            if (--left == 0) {
                left = every;
                Thread.yield();
            }
            return text.charAt(index);
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.substring(start, end);
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
