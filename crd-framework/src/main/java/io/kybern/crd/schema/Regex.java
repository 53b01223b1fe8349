package io.kybern.crd.schema;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.kybern.crd.pace.Pace;

/**
 * A regular expression, compiled. A long match lets the other virtual threads run meanwhile, and one that is too long is refused.
 *
 * @param size about how many instructions it has, at least one
 */
public record Regex(Pattern compiled, long size) {
    /** Steps of one match: characters times instructions. */
    private static final long MAX_STEPS = 2_000_000_000L;

    /** What is done before others run: a millisecond or two. */
    private static final long STEPS_AT_A_TIME = 200_000;

    /**
     * What a match takes at most.
     *
     * @throws PatternSyntaxException if that is too much
     */
    public long steps(String text) {
        long steps = size * text.length();
        if (steps > MAX_STEPS) {
            throw new PatternSyntaxException("expression too large", compiled.pattern());
        }
        return steps;
    }

    /** @throws PatternSyntaxException if the expression is too large for a text as long as this */
    public Matcher matcher(String text) {
        return compiled.matcher(readable(text));
    }

    /**
     * Whether the expression matches somewhere in the text.
     *
     * @throws PatternSyntaxException if it is too large for a text as long as this
     */
    public boolean find(String text) {
        return matcher(text).find();
    }

    private CharSequence readable(String text) {
        long steps = steps(text);
        return steps <= STEPS_AT_A_TIME ? text : new Yielding(text, (int) Math.max(1, STEPS_AT_A_TIME / size));
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
                Pace.letOthersRun();
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
