package io.kybern.crd.cel.library;

import io.kybern.crd.field.FieldErrors;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A URL as Go's {@code net/url} reads it for requests: absolute, or a path from the root. Messages are those of that
 * package.
 */
record Url(String scheme, String host, String path, String query) {
    private static final String USER = "-._:~!$&'()*+,;=%@";
    private static final String HOST = "!$&'()*+,;=:[]<>\"-_.~";

    private static final class BadUrl extends Exception {
        private static final long serialVersionUID = 1;

        BadUrl(String message) {
            super(message, null, false, false);
        }
    }

    /** @throws IllegalArgumentException if it is none */
    static Url parse(String text) {
        try {
            return read(text);
        } catch (BadUrl e) {
            throw new IllegalArgumentException("parse " + FieldErrors.quote(text) + ": " + e.getMessage(), e);
        }
    }

    private static Url read(String text) throws BadUrl {
        if (text.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
            throw new BadUrl("net/url: invalid control character in URL");
        }
        if (text.isEmpty()) {
            throw new BadUrl("empty url");
        }
        if (text.equals("*")) {
            return new Url("", "", "*", "");
        }
        int colon = schemeEnd(text);
        String scheme = colon < 0 ? "" : text.substring(0, colon).toLowerCase(Locale.ROOT);
        String rest = text.substring(colon + 1);
        int mark = rest.indexOf('?');
        String query = mark < 0 ? "" : rest.substring(mark + 1).replaceFirst("#.*", "");
        rest = mark < 0 ? rest : rest.substring(0, mark);
        if (!rest.startsWith("/")) {
            if (scheme.isEmpty()) {
                throw new BadUrl("invalid URI for request");
            }
            return new Url(scheme, "", "", query);
        }
        String host = "";
        if (!scheme.isEmpty() && rest.startsWith("//")) {
            int slash = rest.indexOf('/', 2);
            host = authority(scheme, slash < 0 ? rest.substring(2) : rest.substring(2, slash));
            rest = slash < 0 ? "" : rest.substring(slash);
        }
        unescape(rest, "");
        return new Url(scheme, host, escaped(rest), query);
    }

    private static int schemeEnd(String text) throws BadUrl {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            boolean other = (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
            if (c == ':') {
                if (i == 0) {
                    throw new BadUrl("missing protocol scheme");
                }
                return i;
            }
            if (!letter && (!other || i == 0)) {
                return -1;
            }
        }
        return -1;
    }

    private static String authority(String scheme, String authority) throws BadUrl {
        int at = authority.lastIndexOf('@');
        String host = host(scheme, authority.substring(at + 1));
        if (at >= 0) {
            String user = authority.substring(0, at);
            boolean valid =
                    user.chars().allMatch(c -> c < 128 && (Character.isLetterOrDigit(c) || USER.indexOf(c) >= 0));
            if (!valid) {
                throw new BadUrl("net/url: invalid userinfo");
            }
            unescape(user, "");
        }
        return host;
    }

    private static String host(String scheme, String host) throws BadUrl {
        int open = host.lastIndexOf('[');
        if (open > 0) {
            throw new BadUrl("invalid IP-literal");
        }
        if (open == 0) {
            int close = host.lastIndexOf(']');
            if (close < 0) {
                throw new BadUrl("missing ']' in host");
            }
            checkPort(host.substring(close + 1));
            String inner = unescape(host.substring(1, close), HOST);
            try {
                if (AddressText.parse(inner.replaceFirst("%.*", "")).isIpv4()) {
                    throw new BadUrl("invalid IP-literal");
                }
            } catch (IllegalArgumentException e) {
                throw new BadUrl(
                        "invalid host: " + String.valueOf(e.getMessage()).replaceFirst("^.*string: ", ""));
            }
            return "[" + inner + "]" + host.substring(close + 1);
        }
        boolean web = scheme.equals("http") || scheme.equals("https");
        int colon = web ? host.indexOf(':') : host.lastIndexOf(':');
        if (colon >= 0) {
            checkPort(host.substring(colon));
        }
        return unescape(host, HOST);
    }

    private static void checkPort(String port) throws BadUrl {
        if (!port.isEmpty()
                && (port.charAt(0) != ':' || !port.substring(1).chars().allMatch(c -> c >= '0' && c <= '9'))) {
            throw new BadUrl("invalid port " + FieldErrors.quote(port) + " after host");
        }
    }

    /** @param allowed what may stand in a host besides letters and digits; empty: this is no host */
    private static String unescape(String text, String allowed) throws BadUrl {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length);
        boolean host = !allowed.isEmpty();
        for (int i = 0; i < bytes.length; i++) {
            int c = bytes[i] & 0xff;
            if (c == '%') {
                boolean escape = i + 2 < bytes.length && digit(bytes[i + 1]) >= 0 && digit(bytes[i + 2]) >= 0;
                int value = escape ? digit(bytes[i + 1]) << 4 | digit(bytes[i + 2]) : 0;
                if (!escape || (host && value < 0x80 && value != '%')) {
                    int end = Math.min(i + 3, bytes.length);
                    String shown = new String(bytes, i, end - i, StandardCharsets.UTF_8);
                    throw new BadUrl("invalid URL escape " + FieldErrors.quote(shown));
                }
                out.write(value);
                i += 2;
            } else {
                if (host && c < 0x80 && !Character.isLetterOrDigit(c) && allowed.indexOf(c) < 0) {
                    throw new BadUrl("invalid character " + FieldErrors.quote(Character.toString(c)) + " in host name");
                }
                out.write(c);
            }
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    private static int digit(byte c) {
        return c < 0 ? -1 : Character.digit(c, 16);
    }

    /** The path with everything escaped that must be. */
    private static String escaped(String path) {
        StringBuilder out = new StringBuilder();
        for (byte b : path.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            boolean plain = c < 0x80 && (Character.isLetterOrDigit(c) || "-_.~$&+,/:;=@!'()*[]%".indexOf(c) >= 0);
            out.append(plain ? String.valueOf(c) : String.format(Locale.ROOT, "%%%02X", (int) c));
        }
        return out.toString();
    }

    /** The host without brackets and port. */
    String hostname() {
        String bare = host;
        int colon = portColon();
        bare = colon < 0 ? bare : bare.substring(0, colon);
        return bare.startsWith("[") && bare.endsWith("]") ? bare.substring(1, bare.length() - 1) : bare;
    }

    String port() {
        int colon = portColon();
        return colon < 0 ? "" : host.substring(colon + 1);
    }

    private int portColon() {
        int colon = host.lastIndexOf(':');
        return colon > host.lastIndexOf(']') ? colon : -1;
    }

    /** The values of each parameter of the query. */
    Map<String, List<String>> parameters() {
        Map<String, List<String>> all = new LinkedHashMap<>();
        for (String pair : query.split("&", -1)) {
            if (pair.isEmpty() || pair.contains(";")) {
                continue;
            }
            String[] parts = pair.split("=", 2);
            try {
                String key = unescape(parts[0].replace('+', ' '), "");
                String value = parts.length < 2 ? "" : unescape(parts[1].replace('+', ' '), "");
                all.computeIfAbsent(key, k -> new ArrayList<>()).add(value);
            } catch (BadUrl e) {
                continue;
            }
        }
        return all;
    }
}
