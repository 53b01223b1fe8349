package io.kybern.apiserver.selector;

import io.kybern.apiserver.selector.LabelSelectorLexer.Kind;
import io.kybern.apiserver.selector.LabelSelectorLexer.Token;
import io.kybern.apiserver.selector.Requirement.Operator;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The grammar of label selectors in queries (k8s.io/apimachinery/pkg/labels):
 *
 * <pre>
 *   selector    = [ requirement { "," requirement } ]
 *   requirement = KEY | "!" KEY | KEY ( "=" | "==" | "!=" | "&gt;" | "&lt;" ) [ VALUE ] | KEY ( "in" | "notin" ) "(" values ")"
 *   values      = [ VALUE ] { "," [ VALUE ] }
 * </pre>
 *
 * {@code in} and {@code notin} are operators only where one is expected. What the original accepts beyond this ({@code a=,b}), and
 * the tokens that its messages name, are the same here.
 */
final class LabelSelectorParser {
    private final List<Token> tokens;
    private int position;

    LabelSelectorParser(String text) {
        tokens = LabelSelectorLexer.tokens(text);
    }

    List<Requirement> parse() {
        List<Requirement> requirements = new ArrayList<>();
        while (peek().kind() != Kind.END) {
            if (!startsRequirement(peek())) {
                throw found(peek(), ", expected: !, identifier, or 'end of string'");
            }
            requirements.add(requirementInContext());
            Token behind = take();
            if (behind.kind() == Kind.END) {
                return requirements;
            }
            if (behind.kind() != Kind.COMMA) {
                throw found(behind, ", expected: ',' or 'end of string'");
            }
            if (!startsRequirement(peek())) {
                throw found(peek(), ", expected: identifier after ','");
            }
        }
        return requirements;
    }

    private static boolean startsRequirement(Token token) {
        return token.isWord() || token.kind() == Kind.NOT;
    }

    private Requirement requirementInContext() {
        try {
            return requirement();
        } catch (SelectorException e) {
            throw new SelectorException("unable to parse requirement: " + e.getMessage());
        }
    }

    private Requirement requirement() {
        Token first = take();
        boolean absent = first.kind() == Kind.NOT;
        String key = word(absent ? take() : first);
        List<String> errors = LabelSyntax.keyErrors(key);
        if (!errors.isEmpty()) {
            throw new SelectorException("<nil>: " + LabelSyntax.invalid(key, String.join("; ", errors)));
        }
        if (absent || peek().kind() == Kind.END || peek().kind() == Kind.COMMA) {
            return Requirement.of(key, absent ? Operator.ABSENT : Operator.EXISTS, List.of());
        }
        Operator operator = operator(take());
        SortedSet<String> values = operator == Operator.IN || operator == Operator.NOT_IN ? valueSet() : exactValue();
        return Requirement.of(key, operator, List.copyOf(values));
    }

    private static Operator operator(Token token) {
        return switch (token.kind()) {
            case IN -> Operator.IN;
            case NOT_IN -> Operator.NOT_IN;
            case EQUALS -> Operator.EQUALS;
            case DOUBLE_EQUALS -> Operator.DOUBLE_EQUALS;
            case NOT_EQUALS -> Operator.NOT_EQUALS;
            case GREATER -> Operator.GREATER;
            case LESS -> Operator.LESS;
            case WORD, NOT, COMMA, OPEN, CLOSE, ERROR, END ->
                throw found(token, ", expected: in, notin, =, ==, !=, gt, lt");
        };
    }

    private SortedSet<String> valueSet() {
        Token open = take();
        if (open.kind() != Kind.OPEN) {
            throw found(open, " expected: '('");
        }
        if (peek().kind() == Kind.CLOSE) {
            take();
            return new TreeSet<>(List.of(""));
        }
        if (!peek().isWord() && peek().kind() != Kind.COMMA) {
            throw found(peek(), ", expected: ',', ')' or identifier");
        }
        SortedSet<String> values = valueList();
        take(); // the closing parenthesis, on which the list has ended
        return values;
    }

    private SortedSet<String> valueList() {
        SortedSet<String> values = new TreeSet<>();
        while (true) {
            Token token = take();
            if (token.isWord()) {
                values.add(token.text());
                if (peek().kind() == Kind.CLOSE) {
                    return values;
                }
                if (peek().kind() != Kind.COMMA) {
                    throw found(peek(), ", expected: ',' or ')'");
                }
            } else if (token.kind() == Kind.COMMA) {
                if (values.isEmpty() || peek().kind() == Kind.CLOSE || peek().kind() == Kind.COMMA) {
                    values.add("");
                }
                if (peek().kind() == Kind.CLOSE) {
                    return values;
                }
            } else {
                throw found(token, ", expected: ',', or identifier");
            }
        }
    }

    private SortedSet<String> exactValue() {
        if (peek().kind() == Kind.END || peek().kind() == Kind.COMMA) {
            return new TreeSet<>(List.of(""));
        }
        return new TreeSet<>(List.of(word(take())));
    }

    private static String word(Token token) {
        if (!token.isWord()) {
            throw found(token, ", expected: identifier");
        }
        return token.text();
    }

    private static SelectorException found(Token token, String expected) {
        return new SelectorException("found '" + token.text() + "'" + expected);
    }

    private Token peek() {
        return tokens.get(position);
    }

    private Token take() {
        return tokens.get(position++);
    }
}
