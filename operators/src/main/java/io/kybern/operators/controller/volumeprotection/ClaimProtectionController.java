package io.kybern.operators.controller.volumeprotection;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.kybern.operators.controller.KindController;
import io.kybern.operators.controller.PodState;
import io.kybern.operators.controller.Requeue;
import io.kybern.operators.controller.Watch;
import io.kybern.operators.informer.SharedInformers;
import java.util.List;

/**
 * Lets a claim that is being deleted go when no pod uses it any more. Behaves as kube-controller-manager's
 * persistentvolumeclaim-protection-controller.
 */
public final class ClaimProtectionController implements KindController<PersistentVolumeClaim> {
    static final String FINALIZER = "kubernetes.io/pvc-protection";

    private final KubernetesClient client;
    private final SharedIndexInformer<Pod> pods;

    public ClaimProtectionController(KubernetesClient client, SharedInformers informers) {
        this.client = client;
        this.pods = informers.of(Pod.class);
    }

    @Override
    public String name() {
        return "persistentvolumeclaim-protection-controller";
    }

    @Override
    public Class<PersistentVolumeClaim> primary() {
        return PersistentVolumeClaim.class;
    }

    @Override
    public List<Watch<?>> watches() {
        return List.of(Watch.mapped(
                Pod.class,
                pod -> claims(pod).stream()
                        .map(name -> new ResourceID(name, pod.getMetadata().getNamespace()))
                        .toList()));
    }

    @Override
    public Requeue reconcile(PersistentVolumeClaim claim) {
        boolean held = claim.getMetadata().getFinalizers() != null
                && claim.getMetadata().getFinalizers().contains(FINALIZER);
        if (PodState.isDeleting(claim) && held && !isUsed(claim, pods.getStore().list())) {
            Finalizers.remove(client, claim, FINALIZER);
        }
        return Requeue.none();
    }

    /** Whether a pod that runs or may run names the claim. */
    static boolean isUsed(PersistentVolumeClaim claim, List<Pod> pods) {
        return pods.stream()
                .filter(pod -> pod.getMetadata()
                        .getNamespace()
                        .equals(claim.getMetadata().getNamespace()))
                .filter(pod -> !isOver(pod))
                .anyMatch(pod -> claims(pod).contains(claim.getMetadata().getName()));
    }

    private static boolean isOver(Pod pod) {
        String phase = pod.getStatus() == null ? "" : pod.getStatus().getPhase();
        return "Succeeded".equals(phase) || "Failed".equals(phase);
    }

    /** The claims that a pod names, or gets for its ephemeral volumes. */
    static List<String> claims(Pod pod) {
        if (pod.getSpec() == null || pod.getSpec().getVolumes() == null) {
            return List.of();
        }
        return pod.getSpec().getVolumes().stream()
                .filter(volume -> volume.getPersistentVolumeClaim() != null || volume.getEphemeral() != null)
                .map(volume -> volume.getPersistentVolumeClaim() != null
                        ? volume.getPersistentVolumeClaim().getClaimName()
                        : pod.getMetadata().getName() + "-" + volume.getName())
                .toList();
    }
}
