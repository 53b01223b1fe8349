package io.kybern.node.container;

import java.util.Map;

/**
 * {@code $(NAME)} in commands, arguments and values: replaced where the name is known, left alone where not;
 * {@code $$(NAME)} is an escaped {@code $(NAME)}.
 */
final class Expansion {
    private Expansion() {}

    static String expand(String text, Map<String, String> values) {
        if (text.indexOf('$') < 0) {
            return text;
        }
        var out = new StringBuilder(text.length());
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c != '$' || at + 1 == text.length()) {
                out.append(c);
                at++;
                continue;
            }
            char next = text.charAt(at + 1);
            int end = next == '(' ? text.indexOf(')', at) : -1;
            if (next == '$') {
                out.append('$');
                at += 2;
            } else if (end > 0) {
                String name = text.substring(at + 2, end);
                out.append(values.getOrDefault(name, "$(" + name + ")"));
                at = end + 1;
            } else {
                out.append('$');
                at++;
            }
        }
        return out.toString();
    }
}
