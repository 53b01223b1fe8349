package io.kybern.crd.schema;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;

/**
 * Regular expressions of users: matched in time linear in the text, and refused when the factor would be too large.
 *
 * <p>Go refuses repetitions of more than 1,000, nested ones counted together, and expressions that nest deeper than 1,000; the
 * limits of length and size are lower than its own, with which one expression takes minutes to compile.
 */
public final class Patterns {
    /** UTF-16 units. Compiling takes time that grows with the square of them. */
    static final int MAX_LENGTH = 10_000;

    /** Instructions of the compiled program, about. */
    static final int MAX_SIZE = 100_000;

    private static final int MAX_HEIGHT = 1_000;

    private Patterns() {}

    /** @throws PatternSyntaxException if it is no regular expression, or too large a one, with Go's text */
    public static Regex compile(String regex) {
        long size = Math.max(1, size(regex));
        return new Regex(Pattern.compile(regex), size);
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
}
