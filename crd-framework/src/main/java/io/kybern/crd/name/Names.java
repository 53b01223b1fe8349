package io.kybern.crd.name;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * The forms that names, keys and ports must have. Each method answers the complaints about a value, none when it is
 * fine, with the texts of {@code k8s.io/apimachinery/pkg/util/validation} and {@code pkg/api/validate/content}.
 * Matching is by hand: a regular expression that backtracks has no place on bytes that a client sends.
 */
public final class Names {
    private static final String LABEL_FORM = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
    private static final String SUBDOMAIN_FORM = LABEL_FORM + "(\\." + LABEL_FORM + ")*";
    private static final String SUBDOMAIN_RULE =
            "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric"
                    + " characters, '-' or '.', and must start and end with an alphanumeric character";
    private static final String QUALIFIED_FORM = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
    private static final String QUALIFIED_RULE = "must consist of alphanumeric characters, '-', '_' or '.', and must"
            + " start and end with an alphanumeric character";
    private static final int LABEL_MAX = 63;
    private static final int SUBDOMAIN_MAX = 253;

    private Names() {}

    /** RFC 1123 label, up to 63 characters. */
    public static List<String> dnsLabel(String value) {
        List<String> complaints = maxCharacters(value, LABEL_MAX);
        if (!isLabel(value)) {
            complaints.add(
                    isSubdomain(value)
                            ? "must not contain dots"
                            : pattern(
                                    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-',"
                                            + " and must start and end with an alphanumeric character",
                                    LABEL_FORM,
                                    "my-name",
                                    "123-abc"));
        }
        return complaints;
    }

    /** RFC 1123 subdomain, up to 253 characters. */
    public static List<String> dnsSubdomain(String value) {
        List<String> complaints = maxCharacters(value, SUBDOMAIN_MAX);
        if (!isSubdomain(value)) {
            complaints.add(pattern(SUBDOMAIN_RULE, SUBDOMAIN_FORM, "example.com"));
        }
        return complaints;
    }

    /** As {@link #dnsSubdomain} with upper case letters allowed. */
    public static List<String> dnsSubdomainCaseless(String value) {
        List<String> complaints = maxCharacters(value, SUBDOMAIN_MAX);
        if (!isSubdomain(value.toLowerCase(java.util.Locale.ROOT))) {
            complaints.add(pattern(
                    "an RFC 1123 subdomain must consist of alphanumeric characters, '-' or '.', and must start and end"
                            + " with an alphanumeric character",
                    SUBDOMAIN_FORM,
                    "Example.com"));
        }
        return complaints;
    }

    /** A subdomain whose labels may hold underscores. */
    public static List<String> dnsSubdomainWithUnderscore(String value) {
        List<String> complaints = maxCharacters(value, SUBDOMAIN_MAX);
        String form = "_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?";
        for (String label : value.split("\\.", -1)) {
            String bare = label.startsWith("_") ? label.substring(1) : label;
            if (!framed(bare, Names::lowerOrDigit, c -> lowerOrDigit(c) || c == '-' || c == '_')) {
                complaints.add(pattern(
                        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or"
                                + " '.', and must start and end with an alphanumeric character",
                        form + "(\\." + form + ")*",
                        "example.com"));
                break;
            }
        }
        return complaints;
    }

    /** {@code *.} before a subdomain. */
    public static List<String> wildcardDnsSubdomain(String value) {
        List<String> complaints = maxCharacters(value, SUBDOMAIN_MAX);
        if (!value.startsWith("*.") || !isSubdomain(value.substring(2))) {
            complaints.add(pattern(
                    "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must"
                            + " consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric"
                            + " character",
                    "\\*\\." + SUBDOMAIN_FORM,
                    "*.example.com"));
        }
        return complaints;
    }

    /** RFC 1035 label: a DNS label that starts with a letter. */
    public static List<String> dns1035Label(String value) {
        List<String> complaints = maxCharacters(value, LABEL_MAX);
        if (!isLabel(value) || digit(value.charAt(0))) {
            complaints.add(pattern(
                    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an"
                            + " alphabetic character, and end with an alphanumeric character",
                    "[a-z]([-a-z0-9]*[a-z0-9])?",
                    "my-name",
                    "abc-123"));
        }
        return complaints;
    }

    /** A label key: an optional DNS prefix with a slash, then up to 63 bytes. */
    public static List<String> qualifiedName(String value) {
        List<String> complaints = new ArrayList<>();
        String[] parts = value.split("/", -1);
        if (parts.length > 2) {
            complaints.add(
                    "a valid label key " + pattern(QUALIFIED_RULE, QUALIFIED_FORM, "MyName", "my.name", "123-abc")
                            + " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')");
            return complaints;
        }
        if (parts.length == 2) {
            if (parts[0].isEmpty()) {
                complaints.add("prefix part must be non-empty");
            } else {
                dnsSubdomain(parts[0])
                        .forEach(c -> complaints.add("prefix part " + c.replace("253 characters", "253 bytes")));
            }
        }
        String name = parts[parts.length - 1];
        if (name.isEmpty()) {
            complaints.add("name part must be non-empty");
        } else if (bytes(name) > LABEL_MAX) {
            complaints.add("name part must be no more than " + LABEL_MAX + " bytes");
        }
        if (!isQualified(name)) {
            complaints.add("name part " + pattern(QUALIFIED_RULE, QUALIFIED_FORM, "MyName", "my.name", "123-abc"));
        }
        return complaints;
    }

    /** The value of a label; may be empty. */
    public static List<String> labelValue(String value) {
        List<String> complaints = new ArrayList<>();
        if (bytes(value) > LABEL_MAX) {
            complaints.add("must be no more than " + LABEL_MAX + " bytes");
        }
        if (!value.isEmpty() && !isQualified(value)) {
            complaints.add(pattern(
                    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and"
                            + " must start and end with an alphanumeric character",
                    "(" + QUALIFIED_FORM + ")?",
                    "MyValue",
                    "my_value",
                    "12345"));
        }
        return complaints;
    }

    /** A name that can be one segment of a URL path. */
    public static List<String> pathSegment(String value) {
        List<String> complaints = new ArrayList<>();
        if (value.equals(".") || value.equals("..")) {
            complaints.add("may not be '" + value + "'");
            return complaints;
        }
        for (String illegal : List.of("/", "%")) {
            if (value.contains(illegal)) {
                complaints.add("may not contain '" + illegal + "'");
            }
        }
        return complaints;
    }

    /** Key of a ConfigMap or Secret. */
    public static List<String> configKey(String value) {
        List<String> complaints = maxCharacters(value, SUBDOMAIN_MAX);
        if (value.isEmpty() || !value.chars().allMatch(c -> alphanumeric(c) || c == '-' || c == '.' || c == '_')) {
            complaints.add(pattern(
                    "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
                    "[-._a-zA-Z0-9]+",
                    "key.name",
                    "KEY_NAME",
                    "key-name"));
        }
        complaints.addAll(directoryPrefix(value));
        return complaints;
    }

    /** IANA service name, as a port is named. */
    public static List<String> portName(String value) {
        List<String> complaints = maxCharacters(value, 15);
        if (value.isEmpty() || !value.chars().allMatch(c -> lowerOrDigit(c) || c == '-')) {
            complaints.add("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)");
        }
        if (value.chars().noneMatch(c -> c >= 'a' && c <= 'z')) {
            complaints.add("must contain at least one letter (a-z)");
        }
        if (value.contains("--")) {
            complaints.add("must not contain consecutive hyphens");
        }
        if (value.startsWith("-") || value.endsWith("-")) {
            complaints.add("must not begin or end with a hyphen");
        }
        return complaints;
    }

    /** 1 to 65535. */
    public static List<String> portNumber(long value) {
        return inRange(value, 1, 65535);
    }

    public static List<String> inRange(long value, long least, long most) {
        return value >= least && value <= most
                ? List.of()
                : List.of("must be between " + least + " and " + most + ", inclusive");
    }

    public static List<String> cIdentifier(String value) {
        boolean fine =
                !value.isEmpty() && !digit(value.charAt(0)) && value.chars().allMatch(c -> alphanumeric(c) || c == '_');
        return fine
                ? List.of()
                : List.of(pattern(
                        "a valid C identifier must start with alphabetic character or '_', followed by a string of"
                                + " alphanumeric characters or '_'",
                        "[A-Za-z_][A-Za-z0-9_]*",
                        "my_name",
                        "MY_NAME",
                        "MyName"));
    }

    /** Printable ASCII but {@code =}. */
    public static List<String> environmentName(String value) {
        List<String> complaints = new ArrayList<>();
        if (value.isEmpty()) {
            complaints.add("environment variable name must be non-empty");
        }
        if (!value.chars().allMatch(c -> c >= 0x20 && c < 0x7f && c != '=')) {
            complaints.add(
                    "a valid environment variable name must consist only of printable ASCII characters other than"
                            + " '='");
        }
        return complaints;
    }

    public static List<String> httpHeaderName(String value) {
        boolean fine = !value.isEmpty() && value.chars().allMatch(c -> alphanumeric(c) || c == '-');
        return fine
                ? List.of()
                : List.of(pattern(
                        "a valid HTTP header must consist of alphanumeric characters or '-'",
                        "[-A-Za-z0-9]+",
                        "X-Header-Name"));
    }

    public static List<String> percent(String value) {
        boolean fine = value.length() > 1
                && value.endsWith("%")
                && value.substring(0, value.length() - 1).chars().allMatch(Names::digit);
        return fine
                ? List.of()
                : List.of(pattern(
                        "a valid percent string must be a numeric string followed by an ending '%'",
                        "[0-9]+%", "1%", "93%"));
    }

    /** The complaint about a value that a pattern refuses; the examples in order. */
    public static String pattern(String rule, String form, String... examples) {
        if (examples.length == 0) {
            return rule + " (regex used for validation is '" + form + "')";
        }
        StringBuilder out = new StringBuilder(rule).append(" (e.g. ");
        for (int i = 0; i < examples.length; i++) {
            out.append(i > 0 ? " or " : "").append('\'').append(examples[i]).append("', ");
        }
        return out.append("regex used for validation is '")
                .append(form)
                .append("')")
                .toString();
    }

    /** Whether all of the value is a label of RFC 1123, whatever its length. */
    public static boolean isLabel(String value) {
        return framed(value, Names::lowerOrDigit, c -> lowerOrDigit(c) || c == '-');
    }

    /** Whether all of the value is labels with dots between, whatever its length. */
    public static boolean isSubdomain(String value) {
        int start = 0;
        for (int dot = value.indexOf('.'); dot >= 0; dot = value.indexOf('.', start)) {
            if (!isLabel(value.substring(start, dot))) {
                return false;
            }
            start = dot + 1;
        }
        return isLabel(value.substring(start));
    }

    /** The length of the text in UTF-8: what Go's {@code len} counts. */
    public static int bytes(String value) {
        return value.getBytes(StandardCharsets.UTF_8).length;
    }

    private static boolean isQualified(String value) {
        return framed(value, Names::alphanumeric, c -> alphanumeric(c) || c == '-' || c == '_' || c == '.');
    }

    private static boolean framed(String value, IntPredicate ends, IntPredicate middle) {
        return !value.isEmpty()
                && ends.test(value.charAt(0))
                && ends.test(value.charAt(value.length() - 1))
                && value.chars().allMatch(middle);
    }

    private static List<String> maxCharacters(String value, int most) {
        List<String> complaints = new ArrayList<>();
        if (bytes(value) > most) {
            complaints.add("must be no more than " + most + " characters");
        }
        return complaints;
    }

    private static List<String> directoryPrefix(String value) {
        if (value.equals(".") || value.equals("..")) {
            return List.of("must not be '" + value + "'");
        }
        return value.startsWith("..") ? List.of("must not start with '..'") : List.of();
    }

    private static boolean digit(int c) {
        return c >= '0' && c <= '9';
    }

    private static boolean lowerOrDigit(int c) {
        return c >= 'a' && c <= 'z' || digit(c);
    }

    private static boolean alphanumeric(int c) {
        return lowerOrDigit(c) || c >= 'A' && c <= 'Z';
    }
}
