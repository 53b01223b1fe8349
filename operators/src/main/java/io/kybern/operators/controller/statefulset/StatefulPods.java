package io.kybern.operators.controller.statefulset;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.kybern.operators.controller.Expectations;
import io.kybern.operators.controller.Failures;
import io.kybern.operators.controller.PodState;
import io.kybern.operators.controller.statefulset.StatefulSetPlan.Action;
import io.kybern.operators.event.EventNote;
import io.kybern.operators.event.EventRecorder;
import java.util.Optional;

/** Does what a plan says to the pods of StatefulSets and their claims, with the events that tell of it. */
final class StatefulPods {
    private final KubernetesClient client;
    private final EventRecorder events;
    private final Expectations expectations;

    StatefulPods(KubernetesClient client, EventRecorder events, Expectations expectations) {
        this.client = client;
        this.events = events;
        this.expectations = expectations;
    }

    /** @throws KubernetesClientException what the server refuses, or {@link ClaimTrouble} */
    void apply(SetState state, Action action) {
        switch (action) {
            case Action.Create create -> create(state, create.pod());
            case Action.Delete delete -> delete(state.set(), delete.pod());
            case Action.Provide provide -> provide(state, provide.pod());
            case Action.Repair repair -> repair(state, repair.pod());
            case Action.Disown disown -> retain(state, disown.pod());
        }
    }

    /** A claim could not be made, or one of its name is on its way out. */
    static final class ClaimTrouble extends RuntimeException {
        private static final long serialVersionUID = 1;

        ClaimTrouble(String message) {
            super(message);
        }

        ClaimTrouble(String name, KubernetesClientException cause) {
            super("failed to create PVC " + name + ": " + Failures.message(cause), cause);
        }
    }

    private void create(SetState state, Pod pod) {
        ResourceID key = ResourceID.fromResource(state.set());
        Optional<RuntimeException> failure = tried(() -> createClaims(state, pod));
        if (failure.isEmpty()) {
            failure = tried(() -> client.resource(pod).create());
        }
        if (failure.isPresent()) {
            expectations.creationObserved(key);
            boolean raced = failure.get() instanceof KubernetesClientException e && Failures.isAlreadyExists(e);
            if (!raced) {
                told(state.set(), "Create", pod, failure);
            }
            throw failure.get();
        }
        told(state.set(), "Create", pod, failure);
    }

    private void delete(StatefulSet set, Pod pod) {
        ResourceID key = ResourceID.fromResource(set);
        try {
            boolean existed = !client.pods()
                    .inNamespace(pod.getMetadata().getNamespace())
                    .withName(pod.getMetadata().getName())
                    .delete()
                    .isEmpty();
            if (!existed) {
                expectations.deletionObserved(key, pod.getMetadata().getUid());
            }
        } catch (KubernetesClientException e) {
            expectations.deletionObserved(key, pod.getMetadata().getUid());
            told(set, "Delete", pod, Optional.of(e));
            throw e;
        }
        told(set, "Delete", pod, Optional.empty());
    }

    private void provide(SetState state, Pod pod) {
        createClaims(state, pod);
        retain(state, pod);
    }

    private void repair(SetState state, Pod pod) {
        StatefulSet set = state.set();
        Optional<RuntimeException> failure = tried(() -> {
            Pod repaired = SetPods.hasIdentity(set, pod) ? pod : SetPods.withIdentity(pod, Ordinals.of(pod));
            if (!SetClaims.areMounted(set, pod)) {
                repaired = SetPods.withStorage(set, repaired);
                createClaims(state, pod);
            }
            retain(state, pod);
            client.resource(repaired).update();
        });
        told(set, "Update", pod, failure);
        if (failure.isPresent()) {
            throw failure.get();
        }
    }

    private void createClaims(SetState state, Pod pod) {
        Optional<RuntimeException> failure = Optional.empty();
        for (PersistentVolumeClaim claim : SetClaims.of(state.set(), Ordinals.of(pod))) {
            failure = failure.or(() -> tried(() -> createClaim(state, pod, claim)));
        }
        if (failure.isPresent()) {
            throw failure.get();
        }
    }

    private void createClaim(SetState state, Pod pod, PersistentVolumeClaim claim) {
        String name = claim.getMetadata().getName();
        Optional<PersistentVolumeClaim> cached = state.claims().apply(name);
        if (cached.isPresent()) {
            if (PodState.isDeleting(cached.get())) {
                throw new ClaimTrouble("pvc " + name + " is being deleted");
            }
            return;
        }
        String what = " Pod " + pod.getMetadata().getName() + " in StatefulSet "
                + state.set().getMetadata().getName();
        try {
            client.resource(claim).create();
            events.record(
                    EventNote.normal(state.set(), "SuccessfulCreate", "Create Claim " + name + what + " success"));
        } catch (KubernetesClientException e) {
            if (!Failures.isAlreadyExists(e)) {
                events.record(EventNote.warning(
                        state.set(),
                        "FailedCreate",
                        "Create Claim " + name + " for" + what + " failed error: " + Failures.message(e)));
            }
            throw new ClaimTrouble(name, e);
        }
    }

    /** Gives the claims of a pod the owners that the policy wants. */
    private void retain(SetState state, Pod pod) {
        StatefulSet set = state.set();
        ClaimRetention retention = ClaimRetention.of(set);
        for (PersistentVolumeClaim claim : state.claimsOf(pod)) {
            if (retention.hasOtherController(claim, set, pod)) {
                events.record(
                        EventNote.warning(
                                set,
                                "ConflictingController",
                                "PersistentVolumeClaim " + claim.getMetadata().getName()
                                        + " has a conflicting OwnerReference that acts as a manging controller, the retention policy is ignored for this claim"));
            }
            if (!retention.holds(claim, set, pod)) {
                client.resource(retention.apply(claim, set, pod)).update();
            }
        }
    }

    private static Optional<RuntimeException> tried(Runnable call) {
        try {
            call.run();
            return Optional.empty();
        } catch (KubernetesClientException | ClaimTrouble e) {
            return Optional.of(e);
        }
    }

    private void told(StatefulSet set, String verb, Pod pod, Optional<RuntimeException> failure) {
        String what = verb + " Pod " + pod.getMetadata().getName() + " in StatefulSet "
                + set.getMetadata().getName();
        events.record(failure.map(e -> EventNote.warning(set, "Failed" + verb, what + " failed error: " + message(e)))
                .orElseGet(() -> EventNote.normal(set, "Successful" + verb, what + " successful")));
    }

    private static String message(RuntimeException e) {
        return e instanceof KubernetesClientException refusal
                ? Failures.message(refusal)
                : String.valueOf(e.getMessage());
    }
}
