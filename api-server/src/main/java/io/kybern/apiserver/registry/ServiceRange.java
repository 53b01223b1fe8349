package io.kybern.apiserver.registry;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** An IPv4 range of service addresses: {@code 10.0.0.0/24}. */
public record ServiceRange(int network, int prefixLength) {
    /** @throws IllegalArgumentException when the text is no IPv4 CIDR of at least eight addresses */
    public static ServiceRange parse(String cidr) {
        int slash = cidr.indexOf('/');
        try {
            if (slash < 0 || !cidr.substring(0, slash).matches("[0-9.]+")) {
                throw new IllegalArgumentException("not an IPv4 CIDR: " + cidr);
            }
            byte[] address = InetAddress.getByName(cidr.substring(0, slash)).getAddress();
            int bits = Integer.parseInt(cidr.substring(slash + 1));
            if (bits < 8 || bits > 29) {
                throw new IllegalArgumentException("the service range must be between /8 and /29: " + cidr);
            }
            int value = (address[0] & 0xff) << 24
                    | (address[1] & 0xff) << 16
                    | (address[2] & 0xff) << 8
                    | address[3] & 0xff;
            return new ServiceRange(value & -1 << (32 - bits), bits);
        } catch (UnknownHostException | NumberFormatException e) {
            throw new IllegalArgumentException("not an IPv4 CIDR: " + cidr, e);
        }
    }

    /** The address of the {@code kubernetes} service. */
    public String first() {
        return address(1);
    }

    /** The address so many behind the network's own. */
    public String address(int offset) {
        int value = network + offset;
        return (value >>> 24) + "." + (value >>> 16 & 0xff) + "." + (value >>> 8 & 0xff) + "." + (value & 0xff);
    }

    /** How many addresses there are, network and broadcast included. */
    public int size() {
        return 1 << (32 - prefixLength);
    }
}
