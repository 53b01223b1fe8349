package io.kybern.apiserver.bootstrap;

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
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Locale;
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

    /** 26 letters and digits for a name. */
    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            String letters = new BigInteger(1, Arrays.copyOf(digest, 16)).toString(Character.MAX_RADIX);
            return "0".repeat(Math.max(0, 26 - letters.length())) + letters.toLowerCase(Locale.ROOT);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Writes the lease, or its new time; what fails is made good by the next renewal. */
    public void renew() {
        Optional<ObjectNode> stored = loopback.get(LEASES, "kube-system", name);
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
        ObjectNode metadata = lease.putObject("metadata").put("name", name).put("namespace", "kube-system");
        metadata.putObject("labels")
                .put("apiserver.kubernetes.io/identity", "kube-apiserver")
                .put("kubernetes.io/hostname", host);
        metadata.putObject("annotations").put("kubernetes.io/peer-advertise-address", address.get());
        lease.putObject("spec")
                .put("holderIdentity", holder)
                .put("leaseDurationSeconds", DURATION_SECONDS)
                .put("renewTime", SystemFields.microTime(clock.instant()));
        return lease;
    }
}
