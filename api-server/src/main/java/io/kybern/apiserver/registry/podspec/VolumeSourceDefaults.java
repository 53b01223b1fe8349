package io.kybern.apiserver.registry.podspec;

import static io.kybern.crd.resource.Trees.defaultBoolean;
import static io.kybern.crd.resource.Trees.defaultPointer;
import static io.kybern.crd.resource.Trees.defaultText;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** Defaults of the volume types that pods and PersistentVolumes share. */
public final class VolumeSourceDefaults {
    private VolumeSourceDefaults() {}

    /** @param volume has the source as a member: a pod's volume or the spec of a PersistentVolume */
    public static void apply(ObjectNode volume) {
        if (volume.get("hostPath") instanceof ObjectNode path) {
            defaultPointer(path, "type", "");
        }
        if (volume.get("iscsi") instanceof ObjectNode iscsi) {
            defaultText(iscsi, "iscsiInterface", "default");
        }
        if (volume.get("rbd") instanceof ObjectNode rbd) {
            defaultText(rbd, "pool", "rbd");
            defaultText(rbd, "user", "admin");
            defaultText(rbd, "keyring", "/etc/ceph/keyring");
        }
        if (volume.get("scaleIO") instanceof ObjectNode scale) {
            defaultText(scale, "storageMode", "ThinProvisioned");
            defaultText(scale, "fsType", "xfs");
        }
        if (volume.get("azureDisk") instanceof ObjectNode disk) {
            defaultPointer(disk, "cachingMode", "ReadWrite");
            defaultPointer(disk, "kind", "Shared");
            defaultPointer(disk, "fsType", "ext4");
            defaultBoolean(disk, "readOnly", false);
        }
    }
}
