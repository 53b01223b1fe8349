package io.kybern.apiserver.service;

import static io.kybern.apiserver.service.ServiceShape.clusterIps;
import static io.kybern.apiserver.service.ServiceShape.headless;
import static io.kybern.apiserver.service.ServiceShape.needsClusterIp;
import static io.kybern.apiserver.service.ServiceShape.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.error.ApiException;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.net.Cidr;
import io.kybern.crd.net.IpAddress;
import io.kybern.crd.resource.Trees;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Gives Services their cluster IPs and node ports, in a cluster of one IPv4 range. A write is bracketed:
 *
 * <pre>
 * Allocation a = allocator.create(service, dryRun);   // before the strategy prepares and validates
 * try { store(service); } catch (…) { a.revert(); throw … }
 * a.commit();
 * </pre>
 *
 * so that a failed write gives back what it took, and a release happens only when the Service that gave it up is stored.
 * A dry run takes nothing and checks only ranges. Thread-safe; blocks on the store. Source: {@code
 * pkg/registry/core/service/storage/alloc.go}.
 */
public final class ServiceAllocator {
    private static final ObjectNode NOTHING = JsonNodeFactory.instance.objectNode();
    private static final FieldPath SPEC = FieldPath.of("spec");

    private final ClusterIps ips;
    private final NodePorts ports;

    /** Of a server that is alone. */
    public ServiceAllocator(Cidr range, PortRange nodePorts, IpAddressObjects objects, RandomGenerator random) {
        this(range, nodePorts, TakenPorts.inMemory(), objects, random);
    }

    public ServiceAllocator(
            Cidr range, PortRange nodePorts, TakenPorts taken, IpAddressObjects objects, RandomGenerator random) {
        this.ips = new ClusterIps(range, objects, random);
        this.ports = new NodePorts(nodePorts, taken, random);
    }

    /** What a write took and gives up. Exactly one of the methods is called, once. */
    public interface Allocation {
        void commit();

        void revert();
    }

    /** Learns what the stored Services hold. Called once, before any write. */
    public void restore(Collection<ObjectNode> services) {
        List<Integer> held = new ArrayList<>();
        for (ObjectNode service : services) {
            addresses(service).forEach(address -> ips.restore(service, address));
            held.addAll(ServicePorts.of(service));
        }
        ports.takeAll(held);
    }

    /** Fills in what a new Service gets; throws the ApiException that answers a refusal, having taken nothing. */
    public Allocation create(ObjectNode service, boolean dryRun) {
        return write(dryRun, taken -> {
            alignClusterIps(service, NOTHING);
            initFamilies(service, NOTHING);
            allocateIps(service, taken);
            ServicePorts.create(service, taken.ports);
        });
    }

    /** As {@link #create} for an update: keeps what both need, takes and releases the difference. */
    public Allocation update(ObjectNode updated, ObjectNode existing, boolean dryRun) {
        return write(dryRun, taken -> {
            carryOver(updated, existing);
            alignClusterIps(updated, existing);
            initFamilies(updated, existing);
            updateIps(updated, existing, taken);
            ServicePorts.update(updated, existing, taken.ports);
        });
    }

    /** A Service is gone. */
    public void release(ObjectNode service) {
        addresses(service).forEach(ips::release);
        ServicePorts.of(service).forEach(ports::release);
    }

    private final class Taken implements Allocation {
        private final boolean dryRun;
        private final PortOperation ports;
        private final List<IpAddress> allocated = new ArrayList<>();
        private final List<IpAddress> released = new ArrayList<>();

        Taken(boolean dryRun) {
            this.dryRun = dryRun;
            this.ports = new PortOperation(ServiceAllocator.this.ports, dryRun);
        }

        @Override
        public void commit() {
            if (!dryRun) {
                released.forEach(ips::release);
            }
            ports.commit();
        }

        @Override
        public void revert() {
            if (!dryRun) {
                allocated.forEach(ips::release);
            }
            ports.revert();
        }
    }

    private interface Work {
        void run(Taken taken);
    }

    private Allocation write(boolean dryRun, Work work) {
        Taken taken = new Taken(dryRun);
        try {
            work.run(taken);
            return taken;
        } catch (RuntimeException e) {
            taken.revert();
            throw e;
        }
    }

    private static List<IpAddress> addresses(ObjectNode service) {
        return needsClusterIp(service)
                ? clusterIps(service).stream()
                        .flatMap(ip -> IpAddress.parse(ip).stream())
                        .toList()
                : List.of();
    }

    /** {@code clusterIP} and {@code clusterIPs} say the same when the client set only one of them. */
    private static void alignClusterIps(ObjectNode service, ObjectNode existing) {
        ObjectNode spec = spec(service);
        String now = Trees.text(spec, "clusterIP");
        List<String> list = clusterIps(service);
        if (existing.isEmpty()) {
            if (!now.isEmpty() && list.isEmpty()) {
                spec.putArray("clusterIPs").add(now);
            }
            return;
        }
        String before = Trees.text(existing.path("spec"), "clusterIP");
        List<String> old = clusterIps(existing);
        if (!old.isEmpty() && list.isEmpty() && before.equals(now)) {
            spec.set("clusterIPs", existing.path("spec").path("clusterIPs").deepCopy());
        } else if (!before.equals(now) && old.equals(list)) {
            if (now.isEmpty()) {
                spec.remove("clusterIPs");
            } else {
                spec.putArray("clusterIPs").add(now);
            }
        }
    }

    /** Values that the client left out although the Service still has them. */
    private static void carryOver(ObjectNode updated, ObjectNode existing) {
        ObjectNode spec = spec(updated);
        JsonNode old = existing.path("spec");
        if (needsClusterIp(existing) && needsClusterIp(updated)) {
            for (String field : List.of("clusterIP", "clusterIPs")) {
                boolean absent =
                        spec.path(field).isEmpty() && spec.path(field).asText().isEmpty();
                if (absent) {
                    Trees.keep(spec, (ObjectNode) old, field);
                }
            }
        }
        ServicePorts.carryOver(updated, existing);
    }

    private void initFamilies(ObjectNode service, ObjectNode existing) {
        if (!needsClusterIp(service)) {
            return;
        }
        ObjectNode spec = spec(service);
        boolean free = headless(service) && spec.path("selector").isEmpty();
        if (!spec.has("ipFamilyPolicy")) {
            JsonNode before = existing.path("spec").path("ipFamilyPolicy");
            spec.put("ipFamilyPolicy", before.asText(free ? "RequireDualStack" : "SingleStack"));
        }
        FieldErrors errors = new FieldErrors();
        ClusterIpRules.validate(service, existing, errors);
        refuse(service, errors);
        FamilyPlan.check(service, existing, ips.range().base().family(), errors);
        refuse(service, errors);
        FamilyPlan.complete(service, free, ips.range().base().family(), errors);
        refuse(service, errors);
    }

    private static void refuse(ObjectNode service, FieldErrors errors) {
        if (!errors.isEmpty()) {
            throw ApiException.invalid("", "Service", Trees.text(service.path("metadata"), "name"), errors.list());
        }
    }

    private static ApiException invalid(ObjectNode service, FieldPath path, JsonNode value, String why) {
        FieldErrors errors = new FieldErrors();
        errors.invalid(path, value, why);
        return ApiException.invalid("", "Service", Trees.text(service.path("metadata"), "name"), errors.list());
    }

    private void allocateIps(ObjectNode service, Taken taken) {
        if (!needsClusterIp(service) || headless(service)) {
            return;
        }
        ObjectNode spec = spec(service);
        FieldPath path = SPEC.child("clusterIPs");
        List<String> wanted = clusterIps(service);
        ArrayNode list = spec.putArray("clusterIPs");
        String first = wanted.isEmpty() ? "" : wanted.getFirst();
        list.add(first);
        if (first.isEmpty()) {
            String address = taken.dryRun ? ips.range().base().toString() : next(service, list, taken);
            list.set(0, address);
        } else {
            IpAddress address = IpAddress.parse(first).orElseThrow();
            String why = taken.dryRun ? ips.outside(address) : ips.allocate(service, address);
            if (!why.isEmpty()) {
                throw invalid(service, path, list, "failed to allocate IP " + first + ": " + why);
            }
            taken.allocated.add(address);
        }
        spec.set("clusterIP", list.get(0));
    }

    private String next(ObjectNode service, ArrayNode list, Taken taken) {
        Optional<IpAddress> address;
        try {
            address = ips.allocateNext(service);
        } catch (ApiException e) {
            throw invalid(service, SPEC.child("clusterIPs"), list, "failed to allocate IP: " + e.getMessage());
        }
        IpAddress given = address.orElseThrow(() -> ApiException.internal("failed to allocate a serviceIP for Service "
                + FieldErrors.quote(Trees.text(service.path("metadata"), "name")) + ": range is full"));
        taken.allocated.add(given);
        return given.toString();
    }

    private void updateIps(ObjectNode updated, ObjectNode existing, Taken taken) {
        if (!needsClusterIp(existing) && needsClusterIp(updated)) {
            allocateIps(updated, taken);
        } else if (needsClusterIp(existing) && !needsClusterIp(updated)) {
            taken.released.addAll(addresses(existing));
        }
    }
}
