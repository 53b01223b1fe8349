package io.kybern.operators.controller.volumeprotection;

import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.kybern.operators.controller.KindController;
import io.kybern.operators.controller.PodState;
import io.kybern.operators.controller.Requeue;

/**
 * Lets a volume that is being deleted go when it is bound to no claim. Behaves as kube-controller-manager's
 * persistentvolume-protection-controller.
 */
public final class VolumeProtectionController implements KindController<PersistentVolume> {
    static final String FINALIZER = "kubernetes.io/pv-protection";

    private final KubernetesClient client;

    public VolumeProtectionController(KubernetesClient client) {
        this.client = client;
    }

    @Override
    public String name() {
        return "persistentvolume-protection-controller";
    }

    @Override
    public Class<PersistentVolume> primary() {
        return PersistentVolume.class;
    }

    @Override
    public Requeue reconcile(PersistentVolume volume) {
        boolean held = volume.getMetadata().getFinalizers() != null
                && volume.getMetadata().getFinalizers().contains(FINALIZER);
        if (PodState.isDeleting(volume) && held && !isBound(volume)) {
            Finalizers.remove(client, volume, FINALIZER);
        }
        return Requeue.none();
    }

    static boolean isBound(PersistentVolume volume) {
        return volume.getStatus() != null && "Bound".equals(volume.getStatus().getPhase());
    }
}
