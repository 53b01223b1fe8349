package io.kybern.operators.controller.resourcequota;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Persistent volume claims and their storage, in all and by storage class. */
final class ClaimUsage implements Counted<PersistentVolumeClaim> {
    private static final String COUNT = "count/persistentvolumeclaims";
    private static final String CLAIMS = "persistentvolumeclaims";
    private static final String STORAGE = "requests.storage";
    private static final String OF_CLASS = ".storageclass.storage.k8s.io/";
    private static final String CLASS_ANNOTATION = "volume.beta.kubernetes.io/storage-class";

    @Override
    public boolean concerns(String resource) {
        return Set.of(COUNT, CLAIMS, STORAGE).contains(resource)
                || resource.endsWith(OF_CLASS + CLAIMS)
                || resource.endsWith(OF_CLASS + STORAGE);
    }

    @Override
    public Amounts usage(PersistentVolumeClaim claim) {
        Amounts out = new Amounts();
        out.one(COUNT);
        out.one(CLAIMS);
        Optional<String> storageClass = storageClass(claim);
        storageClass.ifPresent(name -> out.one(name + OF_CLASS + CLAIMS));
        storage(claim).ifPresent(storage -> {
            out.add(STORAGE, storage);
            storageClass.ifPresent(name -> out.add(name + OF_CLASS + STORAGE, storage));
        });
        return out;
    }

    private static Optional<String> storageClass(PersistentVolumeClaim claim) {
        Map<String, String> annotations = claim.getMetadata().getAnnotations();
        String name = annotations == null ? null : annotations.get(CLASS_ANNOTATION);
        return Optional.ofNullable(name != null ? name : claim.getSpec().getStorageClassName())
                .filter(n -> !n.isEmpty());
    }

    /** The larger of what is asked for and what is allocated. */
    private static Optional<Quantity> storage(PersistentVolumeClaim claim) {
        if (claim.getSpec().getResources() == null) {
            return Optional.empty();
        }
        Quantity asked = storage(claim.getSpec().getResources().getRequests());
        Quantity allocated =
                claim.getStatus() == null ? null : storage(claim.getStatus().getAllocatedResources());
        boolean more = asked != null
                && allocated != null
                && allocated.getNumericalAmount().compareTo(asked.getNumericalAmount()) > 0;
        return Optional.ofNullable(more ? allocated : asked);
    }

    private static @Nullable Quantity storage(@Nullable Map<String, Quantity> quantities) {
        return quantities == null ? null : quantities.get("storage");
    }

    @Override
    public boolean matches(Scope scope, PersistentVolumeClaim claim) {
        if (!scope.name().equals("VolumeAttributesClass")) {
            return false;
        }
        Set<String> names = new TreeSet<>();
        add(names, claim.getSpec().getVolumeAttributesClassName());
        if (claim.getStatus() != null) {
            add(names, claim.getStatus().getCurrentVolumeAttributesClassName());
            if (claim.getStatus().getModifyVolumeStatus() != null) {
                add(names, claim.getStatus().getModifyVolumeStatus().getTargetVolumeAttributesClassName());
            }
        }
        return scope.fits(names);
    }

    private static void add(Set<String> names, @Nullable String name) {
        if (name != null && !name.isEmpty()) {
            names.add(name);
        }
    }
}
