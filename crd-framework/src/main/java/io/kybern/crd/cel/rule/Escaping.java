package io.kybern.crd.cel.rule;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names of properties as CEL can say them: {@code foo-bar} is {@code foo__dash__bar}, {@code namespace} is
 * {@code __namespace__}.
 */
final class Escaping {
    static final Set<String> RESERVED = Set.of(
            "true",
            "false",
            "null",
            "in",
            "as",
            "break",
            "const",
            "continue",
            "else",
            "for",
            "function",
            "if",
            "import",
            "let",
            "loop",
            "package",
            "namespace",
            "return",
            "var",
            "void",
            "while");

    private static final Pattern SPECIAL = Pattern.compile("__|[-./]");
    private static final Pattern ACCEPTED = Pattern.compile("[a-zA-Z_./-][a-zA-Z0-9_./-]*");
    private static final Pattern ESCAPED = Pattern.compile("__[^_]+__");

    private Escaping() {}

    /** Empty if CEL can't say it. */
    static Optional<String> escape(String name) {
        if (RESERVED.contains(name)) {
            return Optional.of("__" + name + "__");
        }
        if (isPlain(name)) {
            return Optional.of(name);
        }
        if (!ACCEPTED.matcher(name).matches()) {
            return Optional.empty();
        }
        return Optional.of(SPECIAL.matcher(name).replaceAll(m -> switch (m.group()) {
            case "__" -> "__underscores__";
            case "." -> "__dot__";
            case "-" -> "__dash__";
            default -> "__slash__";
        }));
    }

    /** Letters, and digits after them: nearly all names. */
    private static boolean isPlain(String name) {
        for (int i = 0; i < name.length(); i++) {
            char sign = name.charAt(i);
            boolean letter = (sign >= 'a' && sign <= 'z') || (sign >= 'A' && sign <= 'Z');
            if (!letter && (i == 0 || sign < '0' || sign > '9')) {
                return false;
            }
        }
        return !name.isEmpty();
    }

    /** Empty if it holds an escape that is none. */
    static Optional<String> unescape(String name) {
        if (name.indexOf("__") < 0) {
            return Optional.of(name);
        }
        StringBuilder out = new StringBuilder();
        Matcher escapes = ESCAPED.matcher(name);
        while (escapes.find()) {
            String inside = escapes.group().substring(2, escapes.group().length() - 2);
            String plain = switch (inside) {
                case "underscores" -> "__";
                case "dot" -> ".";
                case "dash" -> "-";
                case "slash" -> "/";
                default -> RESERVED.contains(inside) && escapes.group().equals(name) ? inside : "";
            };
            if (plain.isEmpty()) {
                return Optional.empty();
            }
            escapes.appendReplacement(out, plain);
        }
        return Optional.of(escapes.appendTail(out).toString());
    }
}
