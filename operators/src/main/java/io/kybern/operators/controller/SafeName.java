package io.kybern.operators.controller;

/** Text for names that are generated, encoded as Kubernetes does ({@code rand.SafeEncodeString}): no vowels, so no words. */
public final class SafeName {
    private static final String ALPHABET = "bcdfghjklmnpqrstvwxz2456789";

    private SafeName() {}

    /** As long as {@code text}, which should be digits or other ASCII. */
    public static String of(String text) {
        StringBuilder name = new StringBuilder(text.length());
        for (char c : text.toCharArray()) {
            name.append(ALPHABET.charAt(c % ALPHABET.length()));
        }
        return name.toString();
    }
}
