package io.kybern.crd.schema;

import com.google.re2j.Pattern;
import io.kybern.crd.net.Cidr;
import io.kybern.crd.net.IpAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The formats that schemas of custom resources may name, as {@code kube-openapi/pkg/validation/strfmt} checks them.
 * Others are ignored.
 */
public final class Formats {
    private static final String SHORT_NAME = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
    private static final String HEX = "[0-9a-fA-F]";
    private static final Pattern DATE_TIME =
            Pattern.compile("^([0-9]{2}):([0-9]{2}):([0-9]{2})(.[0-9]+)?(z|([+-][0-9]{2}:[0-9]{2}))$");
    private static final Pattern HOSTNAME =
            Pattern.compile("^([a-zA-Z0-9\\p{S}\\p{L}]((-?[a-zA-Z0-9\\p{S}\\p{L}]{0,62})?)|([a-zA-Z0-9\\p{S}\\p{L}]"
                    + "(([a-zA-Z0-9-\\p{S}\\p{L}]{0,61}[a-zA-Z0-9\\p{S}\\p{L}])?)(\\.)){1,}([a-zA-Z\\p{L}]){2,63})$");
    private static final Pattern GO_DURATION =
            Pattern.compile("^[-+]?(0|([0-9]+(\\.[0-9]*)?|\\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))+$");
    private static final Pattern SCALA_DURATION =
            Pattern.compile("((\\d+)\\s*(nano|micro|µ|milli|second|minute|hour|day|week|[nuµ]s|ms|[smhdw]))");
    private static final Pattern EMAIL =
            Pattern.compile("^([^<>()\\[\\],;:\\\\\"\\s@]+|\"[^\"]+\")@[^<>()\\[\\],;:\\\\\"\\s@]+$");
    private static final Pattern NAMED_EMAIL = Pattern.compile("^[^<>]*<[^<>\\s@]+@[^<>\\s@]+>$");

    private static final Map<String, Predicate<String>> BY_NAME = Map.ofEntries(
            Map.entry("bsonobjectid", pattern("^" + HEX + "{24}$")),
            Map.entry("uri", Formats::isUri),
            Map.entry(
                    "email",
                    s -> EMAIL.matcher(s).find() || NAMED_EMAIL.matcher(s).find()),
            Map.entry("hostname", Formats::isHostname),
            Map.entry("ipv4", s -> s.contains(".") && IpAddress.parse(s).isPresent()),
            Map.entry("ipv6", s -> s.contains(":") && IpAddress.parse(s).isPresent()),
            Map.entry("cidr", s -> Cidr.parse(s).isPresent()),
            Map.entry(
                    "mac",
                    pattern("^(" + HEX + "{2}([:-]" + HEX + "{2}){5}|" + HEX + "{2}([:-]" + HEX + "{2}){7}|" + HEX
                            + "{2}([:-]" + HEX + "{2}){19}|(" + HEX + "{4}\\.){2}" + HEX + "{4}|(" + HEX
                            + "{4}\\.){3}" + HEX + "{4}|(" + HEX + "{4}\\.){9}" + HEX + "{4})$")),
            Map.entry("uuid", uuid("[0-9a-f]{4}", "[0-9a-f]{4}")),
            Map.entry("uuid3", uuid("3[0-9a-f]{3}", "[0-9a-f]{4}")),
            Map.entry("uuid4", uuid("4[0-9a-f]{3}", "[89ab][0-9a-f]{3}")),
            Map.entry("uuid5", uuid("5[0-9a-f]{3}", "[89ab][0-9a-f]{3}")),
            Map.entry("isbn", s -> isIsbn10(s) || isIsbn13(s)),
            Map.entry("isbn10", Formats::isIsbn10),
            Map.entry("isbn13", Formats::isIsbn13),
            Map.entry("creditcard", Formats::isCreditCard),
            Map.entry("ssn", pattern("^\\d{3}[- ]?\\d{2}[- ]?\\d{4}$")),
            Map.entry("hexcolor", pattern("^#?(" + HEX + "{3}|" + HEX + "{6})$")),
            Map.entry("rgbcolor", pattern(rgb())),
            Map.entry(
                    "byte",
                    pattern(
                            "^(?:[A-Za-z0-9+\\/]{4})*(?:[A-Za-z0-9+\\/]{2}==|[A-Za-z0-9+\\/]{3}=|[A-Za-z0-9+\\/]{4})$")),
            Map.entry("password", s -> true),
            Map.entry("date", Formats::isDate),
            Map.entry("duration", Formats::isDuration),
            Map.entry("datetime", Formats::isDateTime),
            Map.entry("k8sshortname", limited(63, "^" + SHORT_NAME + "$")),
            Map.entry("k8slongname", limited(253, "^" + SHORT_NAME + "(\\." + SHORT_NAME + ")*$")));

    private static final Set<String> INTEGER = Set.of("int32", "int64");
    private static final Set<String> NUMBER = Set.of("float", "double");

    private Formats() {}

    /** Whether the format counts for values of the type; an empty one does. */
    public static boolean isKnown(String format, String type) {
        return switch (type) {
            case "", "string" -> format.isEmpty() || BY_NAME.containsKey(normalized(format));
            case "integer" -> format.isEmpty() || INTEGER.contains(format);
            case "number" -> format.isEmpty() || NUMBER.contains(format);
            default -> format.isEmpty();
        };
    }

    /** Whether a string has the format; unknown ones are satisfied. */
    public static boolean matches(String format, String value) {
        Predicate<String> check = BY_NAME.get(normalized(format));
        return check == null || check.test(value);
    }

    private static String normalized(String format) {
        return format.replace("-", "");
    }

    private static Predicate<String> pattern(String pattern) {
        Pattern compiled = Pattern.compile(pattern);
        return s -> compiled.matcher(s).find();
    }

    private static Predicate<String> limited(int length, String pattern) {
        Predicate<String> matches = pattern(pattern);
        return s -> s.length() <= length && matches.test(s);
    }

    private static Predicate<String> uuid(String third, String fourth) {
        return pattern("(?i)^[0-9a-f]{8}-?[0-9a-f]{4}-?" + third + "-?" + fourth + "-?[0-9a-f]{12}$");
    }

    private static String rgb() {
        String part = "\\s*(0|[1-9]\\d?|1\\d\\d?|2[0-4]\\d|25[0-5])\\s*";
        return "^rgb\\(" + part + "," + part + "," + part + "\\)$";
    }

    private static boolean isUri(String value) {
        try {
            URI uri = new URI(value);
            return uri.isAbsolute() || value.startsWith("/");
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private static boolean isHostname(String value) {
        if (!HOSTNAME.matcher(value).find() || value.length() > 255) {
            return false;
        }
        for (String label : value.split("\\.", -1)) {
            if (label.length() > 63) {
                return false;
            }
        }
        return true;
    }

    private static boolean isDate(String value) {
        if (value.length() != 10) {
            return false;
        }
        try {
            LocalDate.parse(value);
            return true;
        } catch (DateTimeException e) {
            return false;
        }
    }

    private static boolean isDateTime(String value) {
        String[] parts = value.toLowerCase(Locale.ROOT).split("t", -1);
        if (parts.length < 2 || !isDate(parts[0])) {
            return false;
        }
        com.google.re2j.Matcher time = DATE_TIME.matcher(parts[1]);
        return time.find()
                && time.group(1).compareTo("23") <= 0
                && time.group(2).compareTo("59") <= 0
                && time.group(3).compareTo("59") <= 0;
    }

    private static boolean isDuration(String value) {
        return GO_DURATION.matcher(value).find()
                || SCALA_DURATION.matcher(value.toLowerCase(Locale.ROOT)).find();
    }

    private static boolean isIsbn10(String value) {
        String digits = value.replaceAll("[ -]", "");
        if (!digits.matches("[0-9]{9}[0-9X]")) {
            return false;
        }
        int sum = 0;
        for (int i = 0; i < 10; i++) {
            char c = digits.charAt(i);
            sum += (i + 1) * (c == 'X' ? 10 : c - '0');
        }
        return sum % 11 == 0;
    }

    private static boolean isIsbn13(String value) {
        String digits = value.replaceAll("[ -]", "");
        if (!digits.matches("[0-9]{13}")) {
            return false;
        }
        int sum = 0;
        for (int i = 0; i < 13; i++) {
            sum += (i % 2 == 0 ? 1 : 3) * (digits.charAt(i) - '0');
        }
        return sum % 10 == 0;
    }

    private static boolean isCreditCard(String value) {
        String digits = value.replaceAll("[^0-9]", "");
        boolean issued = digits.matches("4[0-9]{12}(?:[0-9]{3})?|5[1-5][0-9]{14}|6(?:011|5[0-9]{2})[0-9]{12}"
                + "|3[47][0-9]{13}|3(?:0[0-5]|[68][0-9])[0-9]{11}|(?:2131|1800|35[0-9]{3})[0-9]{11}");
        int sum = 0;
        for (int i = digits.length() - 1, place = 0; i >= 0; i--, place++) {
            int digit = (digits.charAt(i) - '0') * (place % 2 == 0 ? 1 : 2);
            sum += digit > 9 ? digit - 9 : digit;
        }
        return issued && sum % 10 == 0;
    }
}
