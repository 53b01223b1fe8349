package io.kybern.operators.scheduler.plugin;

import io.kybern.operators.scheduler.framework.ClusterEvent;
import io.kybern.operators.scheduler.framework.ClusterEvent.ClaimEvent;
import io.kybern.operators.scheduler.framework.ClusterEvent.Kind;
import io.kybern.operators.scheduler.framework.FilterPlugin;
import io.kybern.operators.scheduler.framework.PreFilterResult;
import io.kybern.operators.scheduler.framework.QueueingHints;
import io.kybern.operators.scheduler.framework.Rejection;
import io.kybern.operators.scheduler.node.Snapshot;
import io.kybern.operators.scheduler.pod.PodInfo;
import io.kybern.operators.scheduler.pod.VolumeClaims;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * Keeps a pod waiting until all its persistent volume claims are bound. Nobody here binds or provisions volumes: that is left to
 * whoever does it in the cluster, also for classes that wait for the first consumer. Where a volume can be reached from is
 * not looked at.
 */
public final class VolumeBinding implements FilterPlugin, QueueingHints {
    private final VolumeClaims claims;

    VolumeBinding(VolumeClaims claims) {
        this.claims = claims;
    }

    @Override
    public String name() {
        return "VolumeBinding";
    }

    @Override
    public PreFilterResult preFilter(PodInfo pod, Snapshot snapshot) {
        boolean unbound = false;
        for (String name : pod.volumeClaims()) {
            Optional<VolumeClaims.State> claim = claims.find(pod.key().namespace(), name);
            if (claim.isEmpty()) {
                return reject("persistentvolumeclaim \"" + name + "\" not found");
            }
            if (claim.get().lost()) {
                return reject("persistentvolumeclaim \"" + name + "\" bound to non-existent persistentvolume \""
                        + claim.get().volume() + "\"");
            }
            if (claim.get().deleting()) {
                return reject("persistentvolumeclaim \"" + name + "\" is being deleted");
            }
            unbound |= !claim.get().bound();
        }
        return unbound ? reject("pod has unbound immediate PersistentVolumeClaims") : PreFilterResult.SKIP;
    }

    private PreFilterResult reject(String reason) {
        return new PreFilterResult.Reject(Rejection.unresolvable(name(), reason));
    }

    @Override
    public Set<Kind> events() {
        return EnumSet.of(Kind.CLAIM_CHANGE);
    }

    @Override
    public boolean mayHelp(ClusterEvent event, PodInfo pod) {
        return event instanceof ClaimEvent claim
                && claim.namespace().equals(pod.key().namespace())
                && pod.volumeClaims().contains(claim.name());
    }
}
