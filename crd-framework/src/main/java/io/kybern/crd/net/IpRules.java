package io.kybern.crd.net;

import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** What fields that hold addresses and networks must look like. Source: {@code apimachinery/pkg/util/validation/ip.go}. */
public final class IpRules {
    private IpRules() {}

    /**
     * A field of an old API: any unambiguous text, and anything that was there before. Answers whether it is fine.
     * Source: {@code IsValidIPForLegacyField} with the gate StrictIPCIDRValidation, on since 1.36.
     */
    public static boolean legacyAddress(FieldPath path, String value, Collection<String> existing, FieldErrors errors) {
        return existing.contains(value) || parsed(path, value, errors).isPresent();
    }

    /** A field of a new API: canonical form only. */
    public static void address(FieldPath path, String value, FieldErrors errors) {
        parsed(path, value, errors).map(IpAddress::toString).ifPresent(c -> canonical(path, value, c, errors));
    }

    private static Optional<IpAddress> parsed(FieldPath path, String value, FieldErrors errors) {
        int before = errors.size();
        Optional<IpAddress> parsed = IpAddress.parse(value);
        if (parsed.isEmpty()) {
            errors.invalid(path, value, "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)");
        } else if (hasLeadingZeros(value)) {
            errors.invalid(path, value, "must not have leading 0s");
        } else if (isMapped(value, parsed.get())) {
            errors.invalid(path, value, "must not be an IPv4-mapped IPv6 address");
        }
        return errors.size() == before ? parsed : Optional.empty();
    }

    /** A network in a field of an old API; empty when there was something to complain about. */
    public static Optional<Cidr> legacyCidr(
            FieldPath path, String value, Collection<String> existing, FieldErrors errors) {
        Optional<Cidr> parsed = Cidr.parse(value);
        if (existing.contains(value)) {
            return parsed;
        }
        if (parsed.isEmpty()) {
            errors.invalid(path, value, "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)");
            return parsed;
        }
        String address = value.substring(0, value.indexOf('/'));
        IpAddress ip = IpAddress.parse(address).orElseThrow();
        String length = value.substring(value.indexOf('/') + 1);
        if (hasLeadingZeros(address) || length.length() > 1 && length.startsWith("0")) {
            errors.invalid(path, value, "must not have leading 0s in IP or prefix length");
        } else if (isMapped(address, ip)) {
            errors.invalid(path, value, "must not have an IPv4-mapped IPv6 address");
        } else if (!ip.equals(parsed.get().base())) {
            errors.invalid(path, value, "must not have bits set beyond the prefix length");
        } else {
            return parsed;
        }
        return Optional.empty();
    }

    /** A network in a field of a new API: canonical form only. */
    public static void cidr(FieldPath path, String value, FieldErrors errors) {
        legacyCidr(path, value, List.of(), errors)
                .map(Cidr::toString)
                .ifPresent(c -> canonical(path, value, c, errors));
    }

    private static void canonical(FieldPath path, String value, String canonical, FieldErrors errors) {
        if (!value.equals(canonical)) {
            errors.invalid(path, value, "must be in canonical form (" + FieldErrors.quote(canonical) + ")");
        }
    }

    /** Texts for Warning headers about an accepted address that newer fields would refuse. */
    public static List<String> warnings(FieldPath path, String value) {
        Optional<IpAddress> parsed = IpAddress.parse(value);
        if (parsed.isEmpty()) {
            return List.of();
        }
        String canonical = FieldErrors.quote(parsed.get().toString());
        if (hasLeadingZeros(value) || isMapped(value, parsed.get())) {
            return List.of(
                    path + ": non-standard IP address " + FieldErrors.quote(value) + " is invalid: use " + canonical);
        }
        if (!parsed.get().isIpv4() && !value.equals(parsed.get().toString())) {
            return List.of(path + ": IPv6 address " + FieldErrors.quote(value)
                    + " should be in RFC 5952 canonical format (" + canonical + ")");
        }
        return List.of();
    }

    /** As {@link #warnings} for a network. */
    public static List<String> cidrWarnings(FieldPath path, String value) {
        Optional<Cidr> parsed = Cidr.parse(value);
        if (parsed.isEmpty()) {
            return List.of();
        }
        String address = value.substring(0, value.indexOf('/'));
        IpAddress ip = IpAddress.parse(address).orElseThrow();
        String quoted = FieldErrors.quote(value);
        String canonical = FieldErrors.quote(parsed.get().toString());
        List<String> warnings = new ArrayList<>();
        if (!ip.equals(parsed.get().base())) {
            String single = FieldErrors.quote(ip + "/" + (ip.isIpv4() ? 32 : 128));
            warnings.add(path + ": CIDR value " + quoted + " is ambiguous in this context (should be " + canonical
                    + " or " + single + "?)");
        }
        if (hasLeadingZeros(address) || isMapped(address, ip)) {
            warnings.add(path + ": non-standard CIDR value " + quoted + " is invalid: use " + canonical);
        }
        if (warnings.isEmpty() && !ip.isIpv4() && !value.equals(parsed.get().toString())) {
            warnings.add(path + ": IPv6 CIDR value " + quoted + " should be in RFC 5952 canonical format (" + canonical
                    + ")");
        }
        return warnings;
    }

    /** Addresses that no endpoint can have. Source: {@code ValidateEndpointIP}. */
    public static void endpointAddress(FieldPath path, String value, FieldErrors errors) {
        Optional<IpAddress> parsed = IpAddress.parse(value);
        if (parsed.isEmpty()) {
            errors.invalid(path, value, "must be a valid IP address");
            return;
        }
        IpAddress ip = parsed.get();
        if (ip.isUnspecified()) {
            errors.invalid(path, value, "may not be unspecified (" + value + ")");
        }
        if (ip.isLoopback()) {
            errors.invalid(path, value, "may not be in the loopback range (127.0.0.0/8, ::1/128)");
        }
        if (ip.isLinkLocalUnicast()) {
            errors.invalid(path, value, "may not be in the link-local range (169.254.0.0/16, fe80::/10)");
        }
        if (ip.isLinkLocalMulticast()) {
            errors.invalid(path, value, "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)");
        }
    }

    private static boolean hasLeadingZeros(String value) {
        String decimal = value.substring(value.lastIndexOf(':') + 1);
        if (decimal.indexOf('.') < 0) {
            return false;
        }
        for (String part : decimal.split("\\.")) {
            if (part.length() > 1 && part.startsWith("0")) {
                return true;
            }
        }
        return false;
    }

    private static boolean isMapped(String value, IpAddress parsed) {
        return parsed.isIpv4() && value.indexOf(':') >= 0;
    }
}
