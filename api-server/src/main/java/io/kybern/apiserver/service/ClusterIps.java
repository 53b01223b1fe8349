package io.kybern.apiserver.service;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.net.Cidr;
import io.kybern.crd.net.IpAddress;
import io.kybern.crd.resource.Trees;
import java.math.BigInteger;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;

/**
 * Who holds which address of one range. An address is held by its IPAddress object; the set here only spares attempts
 * that would fail. Thread-safe: of two that want an address, the store lets one create its object.
 */
final class ClusterIps {
    private static final String MANAGER = "ipallocator.k8s.io";
    private static final int STATIC_BAND_MAX = 256;

    private final Cidr range;
    private final IpAddressObjects objects;
    private final RandomGenerator random;
    private final Set<IpAddress> known = ConcurrentHashMap.newKeySet();

    ClusterIps(Cidr range, IpAddressObjects objects, RandomGenerator random) {
        this.range = range;
        this.objects = objects;
        this.random = random;
    }

    Cidr range() {
        return range;
    }

    /** The address is held by a Service that was stored before; makes its object if it is missing. */
    void restore(ObjectNode service, IpAddress address) {
        if (known.add(address) && range.contains(address) && !objects.exists(address.toString())) {
            objects.create(object(service, address));
        }
    }

    /** Why this address can't be had, else an empty text. */
    String allocate(ObjectNode service, IpAddress address) {
        String outside = outside(address);
        if (!outside.isEmpty()) {
            return outside;
        }
        known.add(address);
        return create(service, address) ? "" : "provided IP is already allocated";
    }

    String outside(IpAddress address) {
        return range.contains(address) && !isReserved(address)
                ? ""
                : "the provided IP (" + address + ") is not in the valid range. The range of valid IPs is " + range;
    }

    private boolean isReserved(IpAddress address) {
        boolean broadcast = range.base().isIpv4()
                && range.prefix() < 31
                && address.equals(range.address(range.size().subtract(BigInteger.ONE)));
        return address.equals(range.base()) && range.prefix() < 31 || broadcast;
    }

    /** Any free address, from the upper part of the range while there is one (KEP-3070). */
    Optional<IpAddress> allocateNext(ObjectNode service) {
        int size = range.size().min(BigInteger.valueOf(1 << 20)).intValue();
        int first = 1;
        int last = size - (range.base().isIpv4() ? 2 : 1);
        int band = Math.min(STATIC_BAND_MAX, Math.max(Math.min(16, size), size / 16));
        Optional<IpAddress> upper = next(service, Math.min(first + band, last), last);
        return upper.isPresent() ? upper : next(service, first, Math.min(first + band - 1, last));
    }

    private Optional<IpAddress> next(ObjectNode service, int first, int last) {
        int count = last - first + 1;
        int start = random.nextInt(count);
        for (int i = 0; i < count; i++) {
            IpAddress candidate = range.address(BigInteger.valueOf(first + (start + i) % count));
            if (known.add(candidate) && create(service, candidate)) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }

    private boolean create(ObjectNode service, IpAddress address) {
        try {
            return objects.create(object(service, address));
        } catch (RuntimeException e) {
            known.remove(address);
            throw e;
        }
    }

    void release(IpAddress address) {
        if (range.contains(address)) {
            objects.delete(address.toString());
        }
        known.remove(address);
    }

    private static ObjectNode object(ObjectNode service, IpAddress address) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        object.put("kind", "IPAddress").put("apiVersion", "networking.k8s.io/v1");
        ObjectNode metadata = object.putObject("metadata").put("name", address.toString());
        metadata.putObject("labels")
                .put("ipaddress.kubernetes.io/ip-family", address.family())
                .put("ipaddress.kubernetes.io/managed-by", MANAGER);
        object.putObject("spec")
                .putObject("parentRef")
                .put("resource", "services")
                .put("namespace", Trees.text(service.path("metadata"), "namespace"))
                .put("name", Trees.text(service.path("metadata"), "name"));
        return object;
    }
}
