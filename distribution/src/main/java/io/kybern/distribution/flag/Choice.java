package io.kybern.distribution.flag;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Values of a fixed set, written in lower case on the command line. */
public final class Choice {
    private Choice() {}

    /**
     * @param what names the place in the complaint, such as {@code --runtime}
     * @throws FlagException if {@code text} names none of the set
     */
    public static <E extends Enum<E>> E of(String what, String text, Class<E> type) {
        E[] values = type.getEnumConstants();
        for (E value : values) {
            if (word(value).equals(text)) {
                return value;
            }
        }
        List<String> words = Arrays.stream(values).map(Choice::word).toList();
        throw new FlagException(what + " is one of " + String.join(", ", words) + ", not \"" + text + "\""
                + Nearest.hint("", text, words));
    }

    public static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
