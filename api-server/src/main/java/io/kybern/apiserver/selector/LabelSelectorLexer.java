package io.kybern.apiserver.selector;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Splits a label selector into words and signs. */
final class LabelSelectorLexer {
    enum Kind {
        WORD,
        IN,
        NOT_IN,
        EQUALS,
        DOUBLE_EQUALS,
        NOT_EQUALS,
        GREATER,
        LESS,
        NOT,
        COMMA,
        OPEN,
        CLOSE,
        ERROR,
        END
    }

    record Token(Kind kind, String text) {
        /** {@code in} and {@code notin} are words too, except where an operator is expected. */
        boolean isWord() {
            return kind == Kind.WORD || kind == Kind.IN || kind == Kind.NOT_IN;
        }
    }

    private static final Map<String, Kind> SIGNS = Map.of(
            "=", Kind.EQUALS,
            "==", Kind.DOUBLE_EQUALS,
            "!=", Kind.NOT_EQUALS,
            ">", Kind.GREATER,
            "<", Kind.LESS,
            "!", Kind.NOT,
            ",", Kind.COMMA,
            "(", Kind.OPEN,
            ")", Kind.CLOSE);

    private LabelSelectorLexer() {}

    /** The last is the end. */
    static List<Token> tokens(String text) {
        List<Token> tokens = new ArrayList<>();
        int at = 0;
        while (at < text.length() && text.charAt(at) != 0) {
            char c = text.charAt(at);
            if (isSpace(c)) {
                at++;
                continue;
            }
            Token token = isSign(c) ? sign(text, at) : word(text, at);
            tokens.add(token);
            at += token.text().length();
        }
        tokens.add(new Token(Kind.END, ""));
        return tokens;
    }

    /** The longest sign. */
    private static Token sign(String text, int at) {
        if (at + 2 <= text.length()) {
            String two = text.substring(at, at + 2);
            Kind kind = SIGNS.get(two);
            if (kind != null) {
                return new Token(kind, two);
            }
        }
        String one = text.substring(at, at + 1);
        return new Token(SIGNS.getOrDefault(one, Kind.ERROR), one);
    }

    private static Token word(String text, int at) {
        int end = at;
        while (end < text.length()
                && text.charAt(end) != 0
                && !isSpace(text.charAt(end))
                && !isSign(text.charAt(end))) {
            end++;
        }
        String word = text.substring(at, end);
        return switch (word) {
            case "in" -> new Token(Kind.IN, word);
            case "notin" -> new Token(Kind.NOT_IN, word);
            default -> new Token(Kind.WORD, word);
        };
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c == '\t' || c == '\r' || c == '\n';
    }

    private static boolean isSign(char c) {
        return "=!(),><".indexOf(c) >= 0;
    }
}
