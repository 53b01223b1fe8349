package io.kybern.operators.controller.volumeprotection;

import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.storage.VolumeAttributesClass;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.kybern.operators.controller.KindController;
import io.kybern.operators.controller.PodState;
import io.kybern.operators.controller.Requeue;
import io.kybern.operators.controller.Watch;
import io.kybern.operators.informer.SharedInformers;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Lets an attributes class that is being deleted go when no claim and no volume has it, wants it or is about to get it.
 * Behaves as kube-controller-manager's volumeattributesclass-protection-controller (KEP-3751).
 */
public final class AttributesClassProtectionController implements KindController<VolumeAttributesClass> {
    static final String FINALIZER = "kubernetes.io/vac-protection";

    private final KubernetesClient client;
    private final SharedIndexInformer<PersistentVolumeClaim> claims;
    private final SharedIndexInformer<PersistentVolume> volumes;

    public AttributesClassProtectionController(KubernetesClient client, SharedInformers informers) {
        this.client = client;
        this.claims = informers.of(PersistentVolumeClaim.class);
        this.volumes = informers.of(PersistentVolume.class);
    }

    @Override
    public String name() {
        return "volumeattributesclass-protection-controller";
    }

    @Override
    public Class<VolumeAttributesClass> primary() {
        return VolumeAttributesClass.class;
    }

    @Override
    public List<Watch<?>> watches() {
        return List.of(
                Watch.mapped(PersistentVolumeClaim.class, claim -> keys(used(claim))),
                Watch.mapped(PersistentVolume.class, volume -> keys(used(volume))));
    }

    private static List<ResourceID> keys(Set<String> names) {
        return names.stream().map(ResourceID::new).toList();
    }

    @Override
    public Requeue reconcile(VolumeAttributesClass attributes) {
        boolean held = attributes.getMetadata().getFinalizers() != null
                && attributes.getMetadata().getFinalizers().contains(FINALIZER);
        if (PodState.isDeleting(attributes) && held && !isUsed(attributes)) {
            Finalizers.remove(client, attributes, FINALIZER);
        }
        return Requeue.none();
    }

    private boolean isUsed(VolumeAttributesClass attributes) {
        return Stream.concat(
                        claims.getStore().list().stream().map(AttributesClassProtectionController::used),
                        volumes.getStore().list().stream().map(AttributesClassProtectionController::used))
                .anyMatch(names -> names.contains(attributes.getMetadata().getName()));
    }

    /** The classes that a claim has, wants and is about to get. */
    static Set<String> used(PersistentVolumeClaim claim) {
        Set<String> names = new TreeSet<>();
        add(names, claim.getSpec().getVolumeAttributesClassName());
        if (claim.getStatus() != null) {
            add(names, claim.getStatus().getCurrentVolumeAttributesClassName());
            if (claim.getStatus().getModifyVolumeStatus() != null) {
                add(names, claim.getStatus().getModifyVolumeStatus().getTargetVolumeAttributesClassName());
            }
        }
        return names;
    }

    static Set<String> used(PersistentVolume volume) {
        Set<String> names = new TreeSet<>();
        add(names, volume.getSpec().getVolumeAttributesClassName());
        return names;
    }

    private static void add(Set<String> names, @Nullable String name) {
        if (name != null && !name.isEmpty()) {
            names.add(name);
        }
    }
}
