package io.kybern.operators.controller.statefulset;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.kybern.operators.controller.Owners;
import java.util.ArrayList;
import java.util.List;

/**
 * Whose a claim is, so that the garbage collector deletes it when the policy says so (KEP-1847):
 *
 * <pre>
 * whenScaled  whenDeleted  owner of the claim
 * Retain      Retain       nobody
 * Retain      Delete       the set
 * Delete      Retain       the pod, once the set no longer wants it
 * Delete      Delete       the set, and once it no longer wants the pod, the pod
 * </pre>
 *
 * @param whenScaled whether the claim goes when the set no longer wants its pod
 * @param whenDeleted whether it goes with the set
 */
record ClaimRetention(boolean whenScaled, boolean whenDeleted) {
    private static final String DELETE = "Delete";

    static ClaimRetention of(StatefulSet set) {
        var policy = set.getSpec().getPersistentVolumeClaimRetentionPolicy();
        return policy == null
                ? new ClaimRetention(false, false)
                : new ClaimRetention(DELETE.equals(policy.getWhenScaled()), DELETE.equals(policy.getWhenDeleted()));
    }

    /** Whether the claim is left as it is. One of former owners of the same names is: the garbage collector decides on it. */
    boolean holds(PersistentVolumeClaim claim, StatefulSet set, Pod pod) {
        if (isStale(claim, set) || isStale(claim, pod)) {
            return true;
        }
        boolean ofSet = isOwner(claim, set);
        boolean ofPod = isOwner(claim, pod);
        if (hasOtherController(claim, set, pod)) {
            return !ofSet && !ofPod;
        }
        if (ownsWithoutControlling(claim, set) || ownsWithoutControlling(claim, pod)) {
            return false;
        }
        return ofSet == belongsToSet(set, pod) && ofPod == belongsToPod(set, pod);
    }

    private boolean belongsToPod(StatefulSet set, Pod pod) {
        return whenScaled && !Ordinals.wanted(set, Ordinals.of(pod));
    }

    private boolean belongsToSet(StatefulSet set, Pod pod) {
        return whenDeleted && !belongsToPod(set, pod);
    }

    /** The claim with the owners that it should have; others keep it. */
    PersistentVolumeClaim apply(PersistentVolumeClaim claim, StatefulSet set, Pod pod) {
        List<OwnerReference> owners = new ArrayList<>(claim.getMetadata().getOwnerReferences().stream()
                .filter(reference -> !names(reference, set) && !names(reference, pod))
                .toList());
        if (!hasOtherController(claim, set, pod)) {
            if (belongsToSet(set, pod)) {
                owners.add(Owners.controllerReference(set));
            }
            if (belongsToPod(set, pod)) {
                owners.add(Owners.controllerReference(pod));
            }
        }
        return new PersistentVolumeClaimBuilder(claim)
                .editMetadata()
                .withOwnerReferences(owners)
                .endMetadata()
                .build();
    }

    /** Somebody else manages the claim: then the policy, if it deletes at all, is not ours to carry out. */
    boolean hasOtherController(PersistentVolumeClaim claim, StatefulSet set, Pod pod) {
        return (whenScaled || whenDeleted)
                && claim.getMetadata().getOwnerReferences().stream().anyMatch(reference -> {
                    if (names(reference, set) || names(reference, pod)) {
                        return isStale(reference, names(reference, set) ? set : pod);
                    }
                    return Boolean.TRUE.equals(reference.getController());
                });
    }

    /** A pod of a former pod's name must wait until the claim of that one is gone. */
    boolean isStale(PersistentVolumeClaim claim, HasMetadata owner) {
        return claim.getMetadata().getOwnerReferences().stream()
                .filter(reference -> names(reference, owner))
                .findFirst()
                .filter(reference -> isStale(reference, owner))
                .isPresent();
    }

    private static boolean isStale(OwnerReference reference, HasMetadata owner) {
        return !reference.getUid().equals(owner.getMetadata().getUid());
    }

    private static boolean names(OwnerReference reference, HasMetadata owner) {
        return reference.getApiVersion().equals(owner.getApiVersion())
                && reference.getKind().equals(owner.getKind())
                && reference.getName().equals(owner.getMetadata().getName());
    }

    private static boolean isOwner(PersistentVolumeClaim claim, HasMetadata owner) {
        return claim.getMetadata().getOwnerReferences().stream()
                .anyMatch(reference ->
                        reference.getUid().equals(owner.getMetadata().getUid()));
    }

    private static boolean ownsWithoutControlling(PersistentVolumeClaim claim, HasMetadata owner) {
        return claim.getMetadata().getOwnerReferences().stream()
                .anyMatch(reference ->
                        reference.getUid().equals(owner.getMetadata().getUid())
                                && !Boolean.TRUE.equals(reference.getController()));
    }
}
