package io.kybern.apiserver.bootstrap;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.loopback.Loopback;
import io.kybern.apiserver.metadata.SystemFields;
import io.kybern.crd.resource.GroupResource;
import io.kybern.crd.resource.Trees;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * The lease in {@code kube-system} by which API servers know of each other. Source: {@code
 * pkg/controlplane/apiserver}, KEP-1965.
 */
public final class IdentityLease {
    /** Between renewals. */
    public static final int RENEW_SECONDS = 10;

    /** Between looks for leases of servers that are gone. */
    public static final int COLLECT_SECONDS = 3600;

    private static final String NAMESPACE = "kube-system";
    private static final String IDENTITY = "apiserver.kubernetes.io/identity";
    private static final String KIND = "kube-apiserver";
    private static final String DIGITS = "abcdefghijklmnopqrstuvwxyz234567";
    private static final int DURATION_SECONDS = 3600;
    private static final GroupResource LEASES = new GroupResource("coordination.k8s.io", "leases");

    private final Loopback loopback;
    private final String host;
    private final Supplier<String> address;
    private final InstantSource clock;
    private final String name;
    private final String holder;

    /** @param address where other servers reach this one */
    public IdentityLease(Loopback loopback, String host, Supplier<String> address, InstantSource clock) {
        this.loopback = loopback;
        this.host = host;
        this.address = address;
        this.clock = clock;
        this.name = "apiserver-" + hash(host);
        this.holder = name + "_" + UUID.randomUUID();
    }

    /** 26 letters and digits for a name: base 32 of RFC 4648, in lower case. */
    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            BigInteger number = new BigInteger(1, Arrays.copyOf(digest, 16)).shiftLeft(2); // 130 bits are 26 digits
            StringBuilder out = new StringBuilder();
            for (int digit = 25; digit >= 0; digit--) {
                out.append(DIGITS.charAt(number.shiftRight(5 * digit).intValue() & 31));
            }
            return out.toString();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Removes the leases of servers that are silent for longer than they said. */
    public void removeExpired() {
        for (ObjectNode lease : loopback.list(LEASES, NAMESPACE)) {
            if (Trees.text(lease.path("metadata").path("labels"), IDENTITY).equals(KIND)
                    && isExpired(lease.path("spec"))) {
                loopback.delete(lease);
            }
        }
    }

    private boolean isExpired(JsonNode spec) {
        if (!spec.has("renewTime") || !spec.has("leaseDurationSeconds")) {
            return true;
        }
        Instant renewed = Instant.parse(spec.path("renewTime").asText());
        return renewed.plusSeconds(spec.path("leaseDurationSeconds").asLong()).isBefore(clock.instant());
    }

    /** Writes the lease, or its new time; what fails is made good by the next renewal. */
    public void renew() {
        Optional<ObjectNode> stored = loopback.get(LEASES, NAMESPACE, name);
        if (stored.isEmpty()) {
            loopback.create(lease());
            return;
        }
        ObjectNode renewed = stored.get().deepCopy();
        ObjectNode spec = Trees.object(renewed, "spec");
        spec.put("holderIdentity", holder).put("leaseDurationSeconds", DURATION_SECONDS);
        spec.put("renewTime", SystemFields.microTime(clock.instant()));
        loopback.update(renewed);
    }

    private ObjectNode lease() {
        ObjectNode lease = JsonNodeFactory.instance.objectNode();
        lease.put("apiVersion", "coordination.k8s.io/v1").put("kind", "Lease");
        ObjectNode metadata = lease.putObject("metadata").put("name", name).put("namespace", NAMESPACE);
        metadata.putObject("labels").put(IDENTITY, KIND).put("kubernetes.io/hostname", host);
        metadata.putObject("annotations").put("kubernetes.io/peer-advertise-address", address.get());
        lease.putObject("spec")
                .put("holderIdentity", holder)
                .put("leaseDurationSeconds", DURATION_SECONDS)
                .put("renewTime", SystemFields.microTime(clock.instant()));
        return lease;
    }
}
