package io.kybern.crd.cel.library;

/**
 * Looks for one text in another, in time linear in both: what the library does takes the product of their lengths at worst. Source:
 * Knuth, Morris and Pratt, Fast Pattern Matching in Strings, 1977.
 */
final class TextSearch {
    /** Of a shorter one the product is no matter. */
    private static final int SHORT = 32;

    private TextSearch() {}

    /** Where {@code part} begins first, from an index on; -1 if nowhere. */
    static int first(String text, String part, int from) {
        if (part.length() <= SHORT) {
            return text.indexOf(part, from);
        }
        int[] borders = borders(part);
        int matched = 0;
        for (int i = Math.max(0, from); i < text.length(); i++) {
            while (matched > 0 && text.charAt(i) != part.charAt(matched)) {
                matched = borders[matched - 1];
            }
            matched += text.charAt(i) == part.charAt(matched) ? 1 : 0;
            if (matched == part.length()) {
                return i - matched + 1;
            }
        }
        return -1;
    }

    /** Where {@code part} begins last, at an index or before; -1 if nowhere. */
    static int last(String text, String part, int from) {
        if (part.length() <= SHORT) {
            return text.lastIndexOf(part, from);
        }
        int end = (int) Math.min(text.length(), (long) from + part.length());
        String reversed =
                new StringBuilder(text.substring(0, Math.max(0, end))).reverse().toString();
        int found = first(reversed, new StringBuilder(part).reverse().toString(), 0);
        return found < 0 ? -1 : end - found - part.length();
    }

    /** For each beginning of the text, how much of it is its end, too. */
    private static int[] borders(String part) {
        int[] borders = new int[part.length()];
        int matched = 0;
        for (int i = 1; i < part.length(); i++) {
            while (matched > 0 && part.charAt(i) != part.charAt(matched)) {
                matched = borders[matched - 1];
            }
            matched += part.charAt(i) == part.charAt(matched) ? 1 : 0;
            borders[i] = matched;
        }
        return borders;
    }
}
