package io.kybern.crd.net;

import java.math.BigInteger;
import java.util.Optional;

/**
 * A network. {@link #toString} has the base address, whatever address was parsed.
 *
 * @param base with all bits beyond the prefix zero
 */
public record Cidr(IpAddress base, int prefix) {
    public Cidr {
        base = mask(base, prefix);
    }

    public static Optional<Cidr> parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            return Optional.empty();
        }
        String length = text.substring(slash + 1);
        if (length.isEmpty() || length.length() > 3 || !length.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return Optional.empty();
        }
        int prefix = Integer.parseInt(length);
        return IpAddress.parse(text.substring(0, slash))
                .filter(a -> prefix <= bits(a))
                .map(a -> new Cidr(a, prefix));
    }

    public boolean contains(IpAddress address) {
        return address.isIpv4() == base.isIpv4() && mask(address, prefix).equals(base);
    }

    /** How many addresses it has. */
    public BigInteger size() {
        return BigInteger.ONE.shiftLeft(bits(base) - prefix);
    }

    /** The address at a distance from the base. */
    public IpAddress address(BigInteger offset) {
        byte[] sum = new BigInteger(1, base.bytes()).add(offset).toByteArray();
        byte[] out = new byte[base.bytes().length];
        for (int i = 1; i <= out.length && i <= sum.length; i++) {
            out[out.length - i] = sum[sum.length - i];
        }
        return IpAddress.of(out);
    }

    private static int bits(IpAddress address) {
        return address.isIpv4() ? 32 : 128;
    }

    private static IpAddress mask(IpAddress address, int prefix) {
        byte[] bytes = address.bytes();
        for (int i = 0; i < bytes.length; i++) {
            int keep = Math.clamp(prefix - 8L * i, 0, 8);
            bytes[i] &= (byte) (0xff << (8 - keep));
        }
        return IpAddress.of(bytes);
    }

    @Override
    public String toString() {
        return base + "/" + prefix;
    }
}
