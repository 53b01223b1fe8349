package io.kybern.apiserver.registry.core;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.name.Names;
import io.kybern.crd.resource.FieldRules;
import io.kybern.crd.resource.Trees;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Where a PersistentVolume's data is: the members of its spec of which exactly one is set. */
final class VolumeSources {
    /** In the order in which the original looks at them. */
    static final List<String> ALL = List.of(
            "hostPath",
            "gcePersistentDisk",
            "awsElasticBlockStore",
            "glusterfs",
            "flocker",
            "nfs",
            "rbd",
            "quobyte",
            "cephfs",
            "iscsi",
            "cinder",
            "fc",
            "flexVolume",
            "azureFile",
            "vsphereVolume",
            "photonPersistentDisk",
            "portworxVolume",
            "azureDisk",
            "scaleIO",
            "local",
            "storageos",
            "csi");

    private VolumeSources() {}

    static void applyDefaults(ObjectNode spec) {
        if (spec.get("hostPath") instanceof ObjectNode host && !host.has("type")) {
            host.put("type", "");
        }
        if (spec.get("rbd") instanceof ObjectNode rbd) {
            Trees.defaultText(rbd, "pool", "rbd");
            Trees.defaultText(rbd, "user", "admin");
            Trees.defaultText(rbd, "keyring", "/etc/ceph/keyring");
        }
        if (spec.get("iscsi") instanceof ObjectNode iscsi) {
            Trees.defaultText(iscsi, "iscsiInterface", "default");
        }
        if (spec.get("azureDisk") instanceof ObjectNode disk) {
            Trees.defaultPointer(disk, "cachingMode", "ReadWrite");
            Trees.defaultPointer(disk, "fsType", "ext4");
            Trees.defaultBoolean(disk, "readOnly", false);
            Trees.defaultPointer(disk, "kind", "Shared");
        }
        if (spec.get("scaleIO") instanceof ObjectNode scale) {
            Trees.defaultText(scale, "storageMode", "ThinProvisioned");
            Trees.defaultText(scale, "fsType", "xfs");
        }
    }

    static void validate(JsonNode spec, FieldErrors errors) {
        FieldPath path = FieldPath.of("spec");
        boolean found = false;
        for (String source : ALL) {
            JsonNode value = spec.path(source);
            if (!value.isObject()) {
                continue;
            }
            FieldPath sourcePath = path.child(source);
            if (found) {
                errors.forbidden(sourcePath, "may not specify more than 1 volume type");
                continue;
            }
            found = true;
            switch (source) {
                case "hostPath" -> hostPath(value, sourcePath, errors);
                case "nfs" -> nfs(value, sourcePath, errors);
                case "local" -> {
                    pathInside(value, sourcePath, errors);
                    if (!spec.path("nodeAffinity").path("required").isObject()) {
                        errors.required(path.child("nodeAffinity"), "Local volume requires node affinity");
                    }
                }
                case "csi" -> csi(value, sourcePath, errors);
                default -> {}
            }
        }
        if (!found) {
            errors.required(path, "must specify a volume type");
        }
    }

    private static void hostPath(JsonNode source, FieldPath path, FieldErrors errors) {
        pathInside(source, path, errors);
        List<String> types = List.of(
                "", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket");
        FieldRules.supported(path.child("type"), source.path("type"), types, errors);
    }

    private static void pathInside(JsonNode source, FieldPath path, FieldErrors errors) {
        String text = Trees.text(source, "path");
        if (text.isEmpty()) {
            errors.required(path.child("path"), "");
        } else if (Arrays.asList(text.split("/")).contains("..")) {
            errors.invalid(path.child("path"), text, "must not contain '..'");
        }
    }

    private static void nfs(JsonNode source, FieldPath path, FieldErrors errors) {
        for (String field : List.of("server", "path")) {
            if (Trees.text(source, field).isEmpty()) {
                errors.required(path.child(field), "");
            }
        }
        String text = Trees.text(source, "path");
        if (!text.isEmpty() && !text.startsWith("/")) {
            errors.invalid(path.child("path"), text, "must be an absolute path");
        }
    }

    private static void csi(JsonNode source, FieldPath path, FieldErrors errors) {
        String driver = Trees.text(source, "driver");
        if (driver.isEmpty()) {
            errors.required(path.child("driver"), "");
        } else {
            String lower = driver.toLowerCase(Locale.ROOT);
            errors.invalidEach(path.child("driver"), driver, Names.dnsSubdomain(lower));
        }
        if (Trees.text(source, "volumeHandle").isEmpty()) {
            errors.required(path.child("volumeHandle"), "");
        }
    }
}
