package io.kybern.operators.scheduler;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.kybern.operators.scheduler.pod.VolumeClaims;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The state of persistent volume claims. */
final class VolumeClaimCache implements VolumeClaims {
    /** The volume's controller writes it when both sides know of each other. */
    private static final String BOUND = "pv.kubernetes.io/bind-completed";

    private record Key(String namespace, String name) {}

    private final Map<Key, State> states = new ConcurrentHashMap<>();

    void put(PersistentVolumeClaim claim) {
        String volume = Objects.requireNonNullElse(claim.getSpec().getVolumeName(), "");
        var annotations = claim.getMetadata().getAnnotations();
        states.put(
                key(claim),
                new State(
                        !volume.isEmpty() && annotations != null && annotations.containsKey(BOUND),
                        claim.getStatus() != null
                                && "Lost".equals(claim.getStatus().getPhase()),
                        claim.getMetadata().getDeletionTimestamp() != null,
                        volume));
    }

    void remove(PersistentVolumeClaim claim) {
        states.remove(key(claim));
    }

    private static Key key(PersistentVolumeClaim claim) {
        return new Key(claim.getMetadata().getNamespace(), claim.getMetadata().getName());
    }

    @Override
    public Optional<State> find(String namespace, String name) {
        return Optional.ofNullable(states.get(new Key(namespace, name)));
    }
}
