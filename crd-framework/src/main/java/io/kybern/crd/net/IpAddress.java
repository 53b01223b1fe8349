package io.kybern.crd.net;

import java.util.Arrays;
import java.util.Optional;

/**
 * An IPv4 or IPv6 address. An IPv4-mapped IPv6 address is an IPv4 one, as in Go's {@code net.IP}.
 * {@link #toString} is the canonical form (RFC 5952).
 */
public final class IpAddress implements Comparable<IpAddress> {
    private final byte[] bytes;

    private IpAddress(byte[] bytes) {
        this.bytes = bytes;
    }

    /** 4 or 16 bytes in network order. */
    public static IpAddress of(byte[] bytes) {
        if (bytes.length == 16 && isMapped(bytes)) {
            return new IpAddress(Arrays.copyOfRange(bytes, 12, 16));
        }
        if (bytes.length != 4 && bytes.length != 16) {
            throw new IllegalArgumentException("an address has 4 or 16 bytes, not " + bytes.length);
        }
        return new IpAddress(bytes.clone());
    }

    /** Decimal numbers may have leading zeros, as {@code netutils.ParseIPSloppy} allows. */
    public static Optional<IpAddress> parse(String text) {
        byte[] parsed = text.indexOf(':') >= 0 ? parse6(text) : parse4(text);
        return parsed.length == 0 ? Optional.empty() : Optional.of(of(parsed));
    }

    public boolean isIpv4() {
        return bytes.length == 4;
    }

    public String family() {
        return isIpv4() ? "IPv4" : "IPv6";
    }

    public byte[] bytes() {
        return bytes.clone();
    }

    public boolean isUnspecified() {
        for (byte b : bytes) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }

    public boolean isLoopback() {
        return isIpv4() ? bytes[0] == 127 : toString().equals("::1");
    }

    public boolean isLinkLocalUnicast() {
        return isIpv4()
                ? unsigned(0) == 169 && unsigned(1) == 254
                : unsigned(0) == 0xfe && (unsigned(1) & 0xc0) == 0x80;
    }

    public boolean isLinkLocalMulticast() {
        return isIpv4()
                ? unsigned(0) == 224 && unsigned(1) == 0 && unsigned(2) == 0
                : unsigned(0) == 0xff && (unsigned(1) & 0x0f) == 0x02;
    }

    @Override
    public int compareTo(IpAddress other) {
        return Arrays.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof IpAddress address && Arrays.equals(bytes, address.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        if (isIpv4()) {
            return unsigned(0) + "." + unsigned(1) + "." + unsigned(2) + "." + unsigned(3);
        }
        int[] groups = new int[8];
        for (int i = 0; i < 8; i++) {
            groups[i] = unsigned(2 * i) << 8 | unsigned(2 * i + 1);
        }
        int bestStart = -1;
        int bestLength = 1;
        for (int i = 0; i < 8; i++) {
            int j = i;
            while (j < 8 && groups[j] == 0) {
                j++;
            }
            if (j - i > bestLength) {
                bestStart = i;
                bestLength = j - i;
            }
            i = Math.max(i, j - 1);
        }
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            if (i == bestStart) {
                out.append("::");
                i += bestLength - 1;
            } else {
                out.append(out.isEmpty() || out.charAt(out.length() - 1) == ':' ? "" : ":")
                        .append(Integer.toHexString(groups[i]));
            }
        }
        return out.toString();
    }

    private int unsigned(int index) {
        return bytes[index] & 0xff;
    }

    private static boolean isMapped(byte[] bytes) {
        for (int i = 0; i < 10; i++) {
            if (bytes[i] != 0) {
                return false;
            }
        }
        return bytes[10] == -1 && bytes[11] == -1;
    }

    private static byte[] parse4(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length != 4) {
            return new byte[0];
        }
        byte[] out = new byte[4];
        for (int i = 0; i < 4; i++) {
            String part = parts[i];
            if (part.isEmpty() || !part.chars().allMatch(c -> c >= '0' && c <= '9')) {
                return new byte[0];
            }
            String digits = part.replaceFirst("^0+(?=.)", "");
            if (digits.length() > 3 || Integer.parseInt(digits) > 255) {
                return new byte[0];
            }
            out[i] = (byte) Integer.parseInt(digits);
        }
        return out;
    }

    private static byte[] parse6(String text) {
        int gap = text.indexOf("::");
        if (gap >= 0 && text.indexOf("::", gap + 1) >= 0) {
            return new byte[0];
        }
        byte[] head = groups(gap < 0 ? text : text.substring(0, gap));
        byte[] tail = gap < 0 ? new byte[0] : groups(text.substring(gap + 2));
        if (head.length > 16 || tail.length > 16) {
            return new byte[0];
        }
        int length = head.length + tail.length;
        if (gap < 0 ? length != 16 : length > 14) {
            return new byte[0];
        }
        byte[] out = new byte[16];
        System.arraycopy(head, 0, out, 0, head.length);
        System.arraycopy(tail, 0, out, 16 - tail.length, tail.length);
        return out;
    }

    /** The bytes of groups with colons between; 17 of them mark a text that is none. */
    private static byte[] groups(String text) {
        if (text.isEmpty()) {
            return new byte[0];
        }
        String[] parts = text.split(":", -1);
        byte[] out = new byte[0];
        for (int i = 0; i < parts.length; i++) {
            byte[] part = i == parts.length - 1 && parts[i].indexOf('.') >= 0 ? parse4(parts[i]) : group(parts[i]);
            if (part.length == 0 || out.length > 14) {
                return new byte[17];
            }
            int at = out.length;
            out = Arrays.copyOf(out, at + part.length);
            System.arraycopy(part, 0, out, at, part.length);
        }
        return out;
    }

    private static byte[] group(String text) {
        if (text.isEmpty()
                || text.length() > 4
                || !text.chars().allMatch(c -> Character.digit(c, 16) >= 0 && c < 128)) {
            return new byte[0];
        }
        int value = Integer.parseInt(text, 16);
        return new byte[] {(byte) (value >> 8), (byte) value};
    }
}
