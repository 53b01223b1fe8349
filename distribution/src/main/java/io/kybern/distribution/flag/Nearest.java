package io.kybern.distribution.flag;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Guesses what was meant by a word that nobody knows. */
public final class Nearest {
    private Nearest() {}

    /** The known word with the fewest edits (insert, delete, replace, swap of neighbours), if it is anywhere near. */
    public static Optional<String> to(String word, Collection<String> known) {
        return known.stream()
                .filter(candidate -> distance(word, candidate) <= tolerance(word, candidate))
                .min(Comparator.<String>comparingInt(candidate -> distance(word, candidate))
                        .thenComparing(Comparator.naturalOrder()));
    }

    /** The end of a complaint about {@code word}: empty where nothing is near. */
    public static String hint(String prefix, String word, Collection<String> known) {
        return to(word, known)
                .map(near -> "; did you mean " + prefix + near + "?")
                .orElse("");
    }

    /** A third of the letters may be wrong, or all that are missing at the end. */
    private static int tolerance(String word, String candidate) {
        return word.length() >= 3 && candidate.startsWith(word)
                ? candidate.length()
                : Math.max(1, Math.max(word.length(), candidate.length()) / 3);
    }

    /** Damerau–Levenshtein with adjacent transpositions, three rows at a time. */
    static int distance(String a, String b) {
        int[] beforeLast = new int[b.length() + 1];
        int[] last = new int[b.length() + 1];
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            last[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replace = last[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replace, 1 + Math.min(last[j], row[j - 1]));
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
                }
            }
            int[] free = beforeLast;
            beforeLast = last;
            last = row;
            row = free;
        }
        return last[b.length()];
    }
}
