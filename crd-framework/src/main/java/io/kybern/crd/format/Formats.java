package io.kybern.crd.format;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Whether a text has one of the formats that many fields share. Each method answers all complaints about the text, in
 * order, none if it is fine. Source: {@code apimachinery/pkg/util/validation} and {@code pkg/api/validate/content}.
 */
public final class Formats {
    private static final String LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
    private static final String SUBDOMAIN = LABEL + "(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*";
    private static final String LABEL_UNDERSCORE = "_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?";
    private static final String SUBDOMAIN_UNDERSCORE = LABEL_UNDERSCORE + "(\\." + LABEL_UNDERSCORE + ")*";
    private static final String LABEL_1035 = "[a-z]([-a-z0-9]*[a-z0-9])?";
    private static final String WILDCARD = "\\*\\." + SUBDOMAIN;
    private static final String LABEL_KEY = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
    private static final String LABEL_VALUE = "(" + LABEL_KEY + ")?";
    private static final String C_IDENTIFIER = "[A-Za-z_][A-Za-z0-9_]*";
    private static final String CONFIG_KEY = "[-._a-zA-Z0-9]+";
    private static final String ENV_NAME = "[-._a-zA-Z][-._a-zA-Z0-9]*";
    private static final String HTTP_HEADER = "[-A-Za-z0-9]+";
    private static final String PERCENT = "[0-9]+%";

    private static final Pattern LABEL_PATTERN = Pattern.compile(LABEL);
    private static final Pattern SUBDOMAIN_PATTERN = Pattern.compile(SUBDOMAIN);
    private static final Pattern SUBDOMAIN_UNDERSCORE_PATTERN = Pattern.compile(SUBDOMAIN_UNDERSCORE);
    private static final Pattern LABEL_1035_PATTERN = Pattern.compile(LABEL_1035);
    private static final Pattern WILDCARD_PATTERN = Pattern.compile(WILDCARD);
    private static final Pattern LABEL_KEY_PATTERN = Pattern.compile(LABEL_KEY);
    private static final Pattern LABEL_VALUE_PATTERN = Pattern.compile(LABEL_VALUE);
    private static final Pattern C_IDENTIFIER_PATTERN = Pattern.compile(C_IDENTIFIER);
    private static final Pattern CONFIG_KEY_PATTERN = Pattern.compile(CONFIG_KEY);
    private static final Pattern ENV_NAME_PATTERN = Pattern.compile(ENV_NAME);
    private static final Pattern HTTP_HEADER_PATTERN = Pattern.compile(HTTP_HEADER);
    private static final Pattern PERCENT_PATTERN = Pattern.compile(PERCENT);
    private static final Pattern PORT_NAME_PATTERN = Pattern.compile("[-a-z0-9]+");
    private static final Pattern A_LETTER = Pattern.compile("[a-z]");

    private Formats() {}

    public static List<String> dns1123Label(String value) {
        List<String> errors = tooLong(value, 63);
        if (!LABEL_PATTERN.matcher(value).matches()) {
            errors.add(
                    SUBDOMAIN_PATTERN.matcher(value).matches()
                            ? "must not contain dots"
                            : regex(
                                    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-',"
                                            + " and must start and end with an alphanumeric character",
                                    LABEL,
                                    "my-name",
                                    "123-abc"));
        }
        return errors;
    }

    public static List<String> dns1123Subdomain(String value) {
        return check(
                value,
                253,
                SUBDOMAIN_PATTERN,
                regex(
                        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and"
                                + " must start and end with an alphanumeric character",
                        SUBDOMAIN,
                        "example.com"));
    }

    public static List<String> dns1123SubdomainWithUnderscore(String value) {
        return check(
                value,
                253,
                SUBDOMAIN_UNDERSCORE_PATTERN,
                regex(
                        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.',"
                                + " and must start and end with an alphanumeric character",
                        SUBDOMAIN_UNDERSCORE,
                        "example.com"));
    }

    public static List<String> dns1035Label(String value) {
        return check(
                value,
                63,
                LABEL_1035_PATTERN,
                regex(
                        "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an"
                                + " alphabetic character, and end with an alphanumeric character",
                        LABEL_1035,
                        "my-name",
                        "abc-123"));
    }

    public static List<String> wildcardDns1123Subdomain(String value) {
        return check(
                value,
                253,
                WILDCARD_PATTERN,
                regex(
                        "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must"
                                + " consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character",
                        WILDCARD,
                        "*.example.com"));
    }

    /** A label or annotation key, a resource or condition name: {@code [prefix/]name}. */
    public static List<String> qualifiedName(String value) {
        List<String> errors = new ArrayList<>();
        String[] parts = value.split("/", -1);
        String syntax = regex(
                "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
                LABEL_KEY,
                "MyName",
                "my.name",
                "123-abc");
        if (parts.length > 2) {
            errors.add("a valid label key " + syntax
                    + " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')");
            return errors;
        }
        String name = parts[parts.length - 1];
        if (parts.length == 2) {
            if (parts[0].isEmpty()) {
                errors.add("prefix part must be non-empty");
            } else {
                dns1123Subdomain(parts[0]).forEach(e -> errors.add("prefix part " + e));
            }
        }
        if (name.isEmpty()) {
            errors.add("name part must be non-empty");
        } else if (bytes(name) > 63) {
            errors.add("name part " + maxLength(63));
        }
        if (!LABEL_KEY_PATTERN.matcher(name).matches()) {
            errors.add("name part " + syntax);
        }
        return errors;
    }

    public static List<String> labelValue(String value) {
        return check(
                value,
                63,
                LABEL_VALUE_PATTERN,
                regex(
                        "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and"
                                + " must start and end with an alphanumeric character",
                        LABEL_VALUE,
                        "MyValue",
                        "my_value",
                        "12345"));
    }

    public static List<String> cIdentifier(String value) {
        return check(
                value,
                Integer.MAX_VALUE,
                C_IDENTIFIER_PATTERN,
                regex(
                        "a valid C identifier must start with alphabetic character or '_', followed by a string of"
                                + " alphanumeric characters or '_'",
                        C_IDENTIFIER,
                        "my_name",
                        "MY_NAME",
                        "MyName"));
    }

    public static List<String> configMapKey(String value) {
        List<String> errors = check(
                value,
                253,
                CONFIG_KEY_PATTERN,
                regex(
                        "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
                        CONFIG_KEY,
                        "key.name",
                        "KEY_NAME",
                        "key-name"));
        return withoutDots(value, errors);
    }

    /** The strict form of names of environment variables. */
    public static List<String> envVarName(String value) {
        List<String> errors = check(
                value,
                Integer.MAX_VALUE,
                ENV_NAME_PATTERN,
                regex(
                        "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.',"
                                + " and must not start with a digit",
                        ENV_NAME,
                        "my.env-name",
                        "MY_ENV.NAME",
                        "MyEnvName1"));
        return withoutDots(value, errors);
    }

    /** What Kubernetes accepts as the name of an environment variable now. */
    public static List<String> relaxedEnvVarName(String value) {
        List<String> errors = new ArrayList<>();
        if (value.isEmpty()) {
            errors.add("environment variable name must be non-empty");
        }
        if (value.chars().anyMatch(c -> c > 0x7e || c < 0x20 || c == '=')) {
            errors.add(
                    "a valid environment variable name must consist only of printable ASCII characters other than '='");
        }
        return errors;
    }

    public static List<String> httpHeaderName(String value) {
        return check(
                value,
                Integer.MAX_VALUE,
                HTTP_HEADER_PATTERN,
                regex(
                        "a valid HTTP header must consist of alphanumeric characters or '-'",
                        HTTP_HEADER,
                        "X-Header-Name"));
    }

    public static List<String> percent(String value) {
        return check(
                value,
                Integer.MAX_VALUE,
                PERCENT_PATTERN,
                regex(
                        "a valid percent string must be a numeric string followed by an ending '%'",
                        PERCENT, "1%", "93%"));
    }

    public static List<String> portName(String value) {
        List<String> errors = tooLong(value, 15);
        if (!PORT_NAME_PATTERN.matcher(value).matches()) {
            errors.add("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)");
        }
        if (!A_LETTER.matcher(value).find()) {
            errors.add("must contain at least one letter (a-z)");
        }
        if (value.contains("--")) {
            errors.add("must not contain consecutive hyphens");
        }
        if (value.startsWith("-") || value.endsWith("-")) {
            errors.add("must not begin or end with a hyphen");
        }
        return errors;
    }

    public static List<String> portNumber(long port) {
        return inRange(port, 1, 65535);
    }

    public static List<String> inRange(long value, long low, long high) {
        return value >= low && value <= high
                ? List.of()
                : List.of("must be between " + low + " and " + high + ", inclusive");
    }

    /** One segment of a URL path, as names of RBAC objects are. */
    public static List<String> pathSegmentName(String value) {
        if (value.equals(".") || value.equals("..")) {
            return List.of("may not be '" + value + "'");
        }
        List<String> errors = new ArrayList<>();
        for (String character : new String[] {"/", "%"}) {
            if (value.contains(character)) {
                errors.add("may not contain '" + character + "'");
            }
        }
        return errors;
    }

    /** An address of either family, without zone. */
    public static List<String> ip(String value) {
        return isIp(value) ? List.of() : List.of("must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)");
    }

    public static boolean isIp(String value) {
        return isIpv4(value) || isIpv6(value);
    }

    public static boolean isIpv4(String value) {
        String[] parts = value.split("\\.", -1);
        if (parts.length != 4) {
            return false;
        }
        for (String part : parts) {
            boolean digits =
                    !part.isEmpty() && part.length() <= 3 && part.chars().allMatch(c -> c >= '0' && c <= '9');
            if (!digits || part.length() > 1 && part.charAt(0) == '0' || Integer.parseInt(part) > 255) {
                return false;
            }
        }
        return true;
    }

    public static boolean isIpv6(String value) {
        if (value.indexOf(':') < 0
                || !value.chars().allMatch(c -> Character.digit(c, 16) >= 0 || c == ':' || c == '.')) {
            return false;
        }
        try {
            return InetAddress.getByName(value).getAddress().length > 0;
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /** {@code must be no more than N characters}. */
    public static String maxLength(int length) {
        return "must be no more than " + length + " characters";
    }

    private static List<String> check(String value, int longest, Pattern pattern, String complaint) {
        List<String> errors = tooLong(value, longest);
        if (!pattern.matcher(value).matches()) {
            errors.add(complaint);
        }
        return errors;
    }

    private static List<String> tooLong(String value, int longest) {
        List<String> errors = new ArrayList<>();
        if (bytes(value) > longest) {
            errors.add(maxLength(longest));
        }
        return errors;
    }

    private static List<String> withoutDots(String value, List<String> errors) {
        if (value.equals(".") || value.equals("..")) {
            errors.add("must not be '" + value + "'");
        } else if (value.startsWith("..")) {
            errors.add("must not start with '..'");
        }
        return errors;
    }

    private static String regex(String message, String pattern, String... examples) {
        StringBuilder out = new StringBuilder(message).append(" (e.g. ");
        for (int i = 0; i < examples.length; i++) {
            out.append(i == 0 ? "'" : " or '").append(examples[i]).append("', ");
        }
        return out.append("regex used for validation is '")
                .append(pattern)
                .append("')")
                .toString();
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
