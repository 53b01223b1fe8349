package io.kybern.crd.cel.library;

import static io.kybern.crd.cel.library.Overload.global;
import static io.kybern.crd.cel.library.Overload.member;

import io.kybern.crd.cel.cost.CallCost;
import io.kybern.crd.cel.cost.CallCost.Estimate;
import io.kybern.crd.cel.cost.CallCosts;
import io.kybern.crd.cel.cost.Costs;
import io.kybern.crd.cel.cost.SizeRange;
import io.kybern.crd.cel.type.CelType;
import io.kybern.crd.cel.value.CelError;
import io.kybern.crd.cel.value.CelObject;
import io.kybern.crd.cel.value.Values;
import io.kybern.crd.net.Cidr;
import io.kybern.crd.net.IpAddress;
import java.util.List;
import java.util.function.Predicate;

/** Addresses and networks: {@code ip('10.0.0.1')}, {@code cidr('10.0.0.0/8').containsIP(...)}. */
final class Addresses {
    static final CelType IP = CelType.opaque("net.IP");
    static final CelType CIDR = CelType.opaque("net.CIDR");

    private static final CelType TEXT = CelType.STRING;
    private static final CelType BOOL = CelType.BOOL;

    /** Of comparing an address with a network; the text of one must be read first. */
    private static final SizeRange ADDRESS = new SizeRange(4, 16);

    private Addresses() {}

    private record Address(IpAddress value) implements CelObject {
        @Override
        public CelType type() {
            return IP;
        }

        @Override
        public long size() {
            return value.isIpv4() ? 4 : 16;
        }

        @Override
        public String toString() {
            return value.toString();
        }
    }

    /** Unlike {@link Cidr} it remembers the address it was written with. */
    private record Network(IpAddress address, int bits) implements CelObject {
        @Override
        public CelType type() {
            return CIDR;
        }

        @Override
        public long size() {
            return (bits + 7) / 8;
        }

        Cidr masked() {
            return new Cidr(address, bits);
        }

        @Override
        public String toString() {
            return address + "/" + bits;
        }
    }

    static List<Overload> overloads() {
        return List.of(
                global("ip", "string_to_ip", IP, TEXT).maps(Addresses::ip).costs(CallCosts.TRAVERSAL),
                member("ip", "cidr_ip", IP, CIDR).maps(c -> new Address(((Network) c).address())),
                member("family", "ip_family", CelType.INT, IP)
                        .maps(a -> address(a).isIpv4() ? 4L : 6L),
                global("ip.isCanonical", "ip_is_canonical", BOOL, TEXT)
                        .maps(Addresses::isCanonical)
                        .costs(CallCosts.traversal(2)),
                global("isIP", "is_ip", BOOL, TEXT)
                        .maps(text -> ip(text) instanceof Address)
                        .costs(CallCosts.TRAVERSAL),
                is("isUnspecified", "ip_is_unspecified", IpAddress::isUnspecified),
                is("isLoopback", "ip_is_loopback", IpAddress::isLoopback),
                is("isLinkLocalMulticast", "ip_is_link_local_multicast", IpAddress::isLinkLocalMulticast),
                is("isLinkLocalUnicast", "ip_is_link_local_unicast", IpAddress::isLinkLocalUnicast),
                is("isGlobalUnicast", "ip_is_global_unicast", Addresses::isGlobalUnicast),
                global("string", "ip_to_string", TEXT, IP).maps(a -> a.toString()),
                global("cidr", "string_to_cidr", CIDR, TEXT)
                        .maps(Addresses::cidr)
                        .costs(CallCosts.TRAVERSAL),
                global("isCIDR", "is_cidr", BOOL, TEXT)
                        .maps(text -> cidr(text) instanceof Network)
                        .costs(CallCosts.TRAVERSAL),
                member("containsIP", "cidr_contains_ip_string", BOOL, CIDR, TEXT)
                        .combines((c, text) -> containsIp(c, ip(text)))
                        .costs(contains(false, true)),
                member("containsIP", "cidr_contains_ip_ip", BOOL, CIDR, IP)
                        .combines(Addresses::containsIp)
                        .costs(contains(false, false)),
                member("containsCIDR", "cidr_contains_cidr_string", BOOL, CIDR, TEXT)
                        .combines((c, text) -> containsCidr(c, cidr(text)))
                        .costs(contains(true, true)),
                member("containsCIDR", "cidr_contains_cidr", BOOL, CIDR, CIDR)
                        .combines(Addresses::containsCidr)
                        .costs(contains(true, false)),
                member("prefixLength", "cidr_prefix_length", CelType.INT, CIDR).maps(c -> (long) ((Network) c).bits()),
                member("masked", "cidr_masked", CIDR, CIDR)
                        .maps(c -> new Network(((Network) c).masked().base(), ((Network) c).bits())),
                global("string", "cidr_to_string", TEXT, CIDR).maps(c -> c.toString()));
    }

    private static Overload is(String function, String id, Predicate<IpAddress> holds) {
        return member(function, id, BOOL, IP).maps(a -> holds.test(address(a)));
    }

    private static CallCost contains(boolean network, boolean text) {
        return CallCosts.of(
                a -> {
                    SizeRange cost = ADDRESS.plus(ADDRESS).times(Costs.TRAVERSAL);
                    cost = network ? cost.plus(ADDRESS.times(Costs.TRAVERSAL)).plus(SizeRange.ONE) : cost;
                    return Estimate.of(text ? cost.plus(a.get(1).size().times(Costs.TRAVERSAL)) : cost);
                },
                (a, result) -> {
                    long size = Values.size(a[0]);
                    return Costs.traversal(2.0 * size)
                            + (network ? Costs.traversal(size) + 1 : 0)
                            + (text ? Costs.traversal(Values.size(a[1])) : 0);
                });
    }

    private static IpAddress address(Object value) {
        return ((Address) value).value();
    }

    private static Object ip(Object text) {
        try {
            return new Address(AddressText.parse((String) text));
        } catch (IllegalArgumentException e) {
            return new CelError(String.valueOf(e.getMessage()));
        }
    }

    private static Object isCanonical(Object text) {
        Object parsed = ip(text);
        return parsed instanceof Address address ? (Object) address.toString().equals(text) : parsed;
    }

    private static boolean isGlobalUnicast(IpAddress address) {
        boolean broadcast = address.toString().equals("255.255.255.255");
        int first = address.bytes()[0] & 0xff;
        boolean multicast = address.isIpv4() ? first >> 4 == 14 : first == 0xff;
        return !broadcast
                && !multicast
                && !address.isUnspecified()
                && !address.isLoopback()
                && !address.isLinkLocalUnicast();
    }

    private static Object cidr(Object text) {
        try {
            AddressText.Prefix prefix = AddressText.parsePrefix((String) text);
            return new Network(prefix.address(), prefix.bits());
        } catch (IllegalArgumentException e) {
            return new CelError(
                    "network address parse error during conversion from string: " + String.valueOf(e.getMessage()));
        }
    }

    private static Object containsIp(Object network, Object address) {
        return address instanceof Address a
                ? (Object) ((Network) network).masked().contains(a.value())
                : CelError.NO_OVERLOAD;
    }

    private static Object containsCidr(Object network, Object other) {
        if (!(other instanceof Network inner)) {
            return other;
        }
        Network outer = (Network) network;
        return outer.bits() <= inner.bits() && outer.masked().contains(inner.address());
    }
}
