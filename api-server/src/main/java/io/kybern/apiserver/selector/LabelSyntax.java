package io.kybern.apiserver.selector;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** What label keys and values may look like, and the texts for those that don't (k8s.io/apimachinery, validate/content). */
final class LabelSyntax {
    private static final int MAX_NAME = 63;
    private static final int MAX_PREFIX = 253;
    private static final String NAME = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
    private static final String VALUE = "(" + NAME + ")?";
    private static final String DNS_LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
    private static final String SUBDOMAIN = DNS_LABEL + "(\\." + DNS_LABEL + ")*";
    private static final Pattern NAME_PATTERN = Pattern.compile(NAME);
    private static final Pattern VALUE_PATTERN = Pattern.compile(VALUE);
    private static final Pattern SUBDOMAIN_PATTERN = Pattern.compile(SUBDOMAIN);

    private static final String NAME_RULE =
            "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character"
                    + " (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '" + NAME + "')";
    private static final String VALUE_RULE =
            "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start"
                    + " and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for"
                    + " validation is '" + VALUE + "')";
    private static final String SUBDOMAIN_RULE =
            "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start"
                    + " and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '"
                    + SUBDOMAIN + "')";

    private LabelSyntax() {}

    static List<String> keyErrors(String key) {
        String[] parts = key.split("/", -1);
        if (parts.length > 2) {
            return List.of("a valid label key " + NAME_RULE
                    + " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')");
        }
        List<String> errors = new ArrayList<>();
        if (parts.length == 2) {
            prefixErrors(parts[0], errors);
        }
        String name = parts[parts.length - 1];
        if (name.isEmpty()) {
            errors.add("name part must be non-empty");
        } else if (length(name) > MAX_NAME) {
            errors.add("name part " + tooLong(MAX_NAME));
        }
        if (!NAME_PATTERN.matcher(name).matches()) {
            errors.add("name part " + NAME_RULE);
        }
        return errors;
    }

    private static void prefixErrors(String prefix, List<String> errors) {
        if (prefix.isEmpty()) {
            errors.add("prefix part must be non-empty");
            return;
        }
        if (length(prefix) > MAX_PREFIX) {
            errors.add("prefix part " + tooLong(MAX_PREFIX));
        }
        if (!SUBDOMAIN_PATTERN.matcher(prefix).matches()) {
            errors.add("prefix part " + SUBDOMAIN_RULE);
        }
    }

    static List<String> valueErrors(String value) {
        List<String> errors = new ArrayList<>();
        if (length(value) > MAX_NAME) {
            errors.add(tooLong(MAX_NAME));
        }
        if (!VALUE_PATTERN.matcher(value).matches()) {
            errors.add(VALUE_RULE);
        }
        return errors;
    }

    private static String tooLong(int max) {
        return "must be no more than " + max + " bytes";
    }

    private static int length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    static String invalid(String value, String detail) {
        return "Invalid value: " + quote(value) + ": " + detail;
    }

    /** Strings as Go's JSON writes them; an empty list is the null slice that it is there. */
    static String json(List<String> values) {
        if (values.isEmpty()) {
            return "null";
        }
        List<String> quoted = values.stream().map(LabelSyntax::quote).toList();
        return "[" + String.join(",", quoted) + "]";
    }

    /** As Go's {@code %q}. */
    private static String quote(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.codePoints().forEach(c -> {
            switch (c) {
                case '"' -> quoted.append("\\\"");
                case '\\' -> quoted.append("\\\\");
                case '\n' -> quoted.append("\\n");
                case '\r' -> quoted.append("\\r");
                case '\t' -> quoted.append("\\t");
                case 0x7 -> quoted.append("\\a");
                case '\b' -> quoted.append("\\b");
                case '\f' -> quoted.append("\\f");
                case 0xb -> quoted.append("\\v");
                default -> {
                    if (c < 0x20 || c == 0x7f) {
                        quoted.append(String.format("\\x%02x", c));
                    } else {
                        quoted.appendCodePoint(c);
                    }
                }
            }
        });
        return quoted.append('"').toString();
    }
}
