package io.kybern.crd.cel.library;

import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.net.IpAddress;
import java.util.Arrays;

/**
 * Reads addresses as strictly as Go's {@code net/netip}: no leading zeros, no zones where they are not wanted. Messages
 * are those of that package.
 */
final class AddressText {
    /** @param bits of the prefix */
    record Prefix(IpAddress address, int bits) {}

    private final String text;
    private final byte[] bytes = new byte[16];

    private AddressText(String text) {
        this.text = text;
    }

    /** @throws IllegalArgumentException if it is no address, has a zone, or stands for one of IPv4 within IPv6 */
    static IpAddress parse(String text) {
        String quoted = FieldErrors.quote(text);
        IpAddress address;
        try {
            address = read(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "IP Address " + quoted + " parse error during conversion from string: " + e.getMessage(), e);
        }
        if (text.indexOf('%') >= 0) {
            throw new IllegalArgumentException("IP address " + quoted + " with zone value is not allowed");
        }
        if (text.indexOf(':') >= 0 && address.isIpv4()) {
            throw new IllegalArgumentException("IPv4-mapped IPv6 address " + quoted + " is not allowed");
        }
        return address;
    }

    /** @throws IllegalArgumentException if it is no network */
    static Prefix parsePrefix(String text) {
        int slash = text.lastIndexOf('/');
        if (slash < 0) {
            throw badPrefix(text, "no '/'");
        }
        IpAddress address;
        try {
            address = read(text.substring(0, slash));
        } catch (IllegalArgumentException e) {
            throw badPrefix(text, String.valueOf(e.getMessage()));
        }
        if (text.indexOf('%') >= 0) {
            throw badPrefix(text, "IPv6 zones cannot be present in a prefix");
        }
        boolean v6 = text.indexOf(':') >= 0;
        String length = text.substring(slash + 1);
        boolean digits = !length.isEmpty() && length.chars().allMatch(c -> c >= '0' && c <= '9');
        if (!digits || (length.length() > 1 && length.charAt(0) == '0')) {
            throw badPrefix(text, "bad bits after slash: " + FieldErrors.quote(length));
        }
        int bits = length.length() > 3 ? 999 : Integer.parseInt(length);
        if (bits > (v6 ? 128 : 32)) {
            throw badPrefix(text, "prefix length out of range");
        }
        if (v6 && address.isIpv4()) {
            throw new IllegalArgumentException(
                    "IPv4-mapped IPv6 address " + FieldErrors.quote(text) + " is not allowed");
        }
        return new Prefix(address, bits);
    }

    private static IllegalArgumentException badPrefix(String text, String problem) {
        return new IllegalArgumentException("network address parse error during conversion from string:"
                + " netip.ParsePrefix(" + FieldErrors.quote(text) + "): " + problem);
    }

    private static IpAddress read(String text) {
        AddressText reader = new AddressText(text);
        for (char c : text.toCharArray()) {
            switch (c) {
                case '.' -> {
                    reader.fields4(text, 0);
                    return IpAddress.of(Arrays.copyOf(reader.bytes, 4));
                }
                case ':' -> {
                    reader.groups();
                    return IpAddress.of(reader.bytes);
                }
                case '%' -> throw reader.bad("missing IPv6 address", "");
                default -> {}
            }
        }
        throw reader.bad("unable to parse IP", "");
    }

    private IllegalArgumentException bad(String problem, String at) {
        String where = at.isEmpty() ? "" : " (at " + FieldErrors.quote(at) + ")";
        return new IllegalArgumentException("ParseAddr(" + FieldErrors.quote(text) + "): " + problem + where);
    }

    /** Four decimal numbers, put at an offset. */
    private void fields4(String part, int offset) {
        int value = 0;
        int digits = 0;
        int field = 0;
        for (int i = 0; i < part.length(); i++) {
            char c = part.charAt(i);
            if (c >= '0' && c <= '9') {
                if (digits == 1 && value == 0) {
                    throw bad("IPv4 field has octet with leading zero", "");
                }
                value = value * 10 + c - '0';
                digits++;
                if (value > 255) {
                    throw bad("IPv4 field has value >255", "");
                }
            } else if (c == '.') {
                if (i == 0 || i == part.length() - 1 || part.charAt(i - 1) == '.') {
                    throw bad("IPv4 field must have at least one digit", part.substring(i));
                }
                if (field == 3) {
                    throw bad("IPv4 address too long", "");
                }
                bytes[offset + field++] = (byte) value;
                value = 0;
                digits = 0;
            } else {
                throw bad("unexpected character", part.substring(i));
            }
        }
        if (field < 3) {
            throw bad("IPv4 address too short", "");
        }
        bytes[offset + 3] = (byte) value;
    }

    private void groups() {
        int zone = text.indexOf('%');
        if (zone >= 0 && zone == text.length() - 1) {
            throw bad("zone must be a non-empty string", "");
        }
        String rest = zone < 0 ? text : text.substring(0, zone);
        int gap = -1;
        if (rest.startsWith("::")) {
            gap = 0;
            rest = rest.substring(2);
            if (rest.isEmpty()) {
                return;
            }
        }
        int filled = 0;
        while (filled < 16) {
            int length = group(rest);
            if (length < rest.length() && rest.charAt(length) == '.') {
                embedded(rest, gap, filled);
                filled += 4;
                rest = "";
                break;
            }
            int value = Integer.parseInt(rest.substring(0, length), 16);
            bytes[filled++] = (byte) (value >> 8);
            bytes[filled++] = (byte) value;
            rest = rest.substring(length);
            if (rest.isEmpty()) {
                break;
            }
            if (rest.charAt(0) != ':') {
                throw bad("unexpected character, want colon", rest);
            }
            if (rest.length() == 1) {
                throw bad("colon must be followed by more characters", rest);
            }
            rest = rest.substring(1);
            if (rest.charAt(0) == ':') {
                if (gap >= 0) {
                    throw bad("multiple :: in address", rest);
                }
                gap = filled;
                rest = rest.substring(1);
                if (rest.isEmpty()) {
                    break;
                }
            }
        }
        if (!rest.isEmpty()) {
            throw bad("trailing garbage after address", rest);
        }
        spread(gap, filled);
    }

    private void embedded(String rest, int gap, int filled) {
        if (gap < 0 && filled != 12) {
            throw bad("embedded IPv4 address must replace the final 2 fields of the address", rest);
        }
        if (filled + 4 > 16) {
            throw bad("too many hex fields to fit an embedded IPv4 at the end of the address", rest);
        }
        fields4(rest, filled);
    }

    /** How many hexadecimal digits come next. */
    private int group(String rest) {
        int length = 0;
        while (length < rest.length() && rest.charAt(length) < 128 && Character.digit(rest.charAt(length), 16) >= 0) {
            if (length > 3) {
                throw bad("each group must have 4 or less digits", rest);
            }
            length++;
        }
        if (length == 0) {
            throw bad("each colon-separated field must have at least one digit", rest);
        }
        return length;
    }

    private void spread(int gap, int filled) {
        if (filled < 16) {
            if (gap < 0) {
                throw bad("address string too short", "");
            }
            int moved = filled - gap;
            System.arraycopy(bytes.clone(), gap, bytes, 16 - moved, moved);
            Arrays.fill(bytes, gap, 16 - moved, (byte) 0);
        } else if (gap >= 0) {
            throw bad("the :: must expand to at least one field of zeros", "");
        }
    }
}
