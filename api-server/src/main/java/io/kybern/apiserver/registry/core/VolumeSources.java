package io.kybern.apiserver.registry.core;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.registry.podspec.LegacyVolumeValidation;
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

    private static final int MAX_DRIVER_BYTES = 63;
    /** The secrets of a CSI volume that are looked at; that of staging is not. */
    private static final List<String> SECRETS = List.of(
            "controllerPublishSecretRef", "controllerExpandSecretRef", "nodePublishSecretRef", "nodeExpandSecretRef");

    private VolumeSources() {}

    /** @param volume the name of the PersistentVolume; empty for one inside a VolumeAttachment */
    static void validate(JsonNode spec, String volume, FieldPath path, FieldErrors errors) {
        boolean found = false;
        for (String source : ALL) {
            if (!(spec.get(source) instanceof ObjectNode value)) {
                continue;
            }
            if (found && !source.equals("flexVolume")) { // which the original forgets to count
                errors.forbidden(
                        path.child(source.equals("cephfs") ? "cephFS" : source),
                        "may not specify more than 1 volume type");
                continue;
            }
            found = true;
            FieldPath sourcePath = path.child(source.equals("gcePersistentDisk") ? "persistentDisk" : source);
            switch (source) {
                case "hostPath" -> hostPath(value, sourcePath, errors);
                case "local" -> {
                    pathInside(value, sourcePath, errors);
                    if (!spec.has("nodeAffinity")) {
                        errors.required(path.child("nodeAffinity"), "Local volume requires node affinity");
                    }
                }
                case "csi" -> csi(value, sourcePath, errors);
                default -> LegacyVolumeValidation.ofPersistentVolume(volume, source, value, sourcePath, errors);
            }
        }
        if (!found) {
            errors.required(path, "must specify a volume type");
        }
    }

    private static void hostPath(JsonNode source, FieldPath path, FieldErrors errors) {
        pathInside(source, path, errors);
        if (Trees.text(source, "path").isEmpty()) {
            return;
        }
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

    private static void csi(JsonNode source, FieldPath path, FieldErrors errors) {
        String driver = Trees.text(source, "driver");
        if (driver.isEmpty()) {
            errors.required(path.child("driver"), "");
        } else {
            if (Names.bytes(driver) > MAX_DRIVER_BYTES) {
                errors.tooLong(path.child("driver"), MAX_DRIVER_BYTES);
            }
            String lower = driver.toLowerCase(Locale.ROOT);
            errors.invalidEach(path.child("driver"), driver, Names.dnsSubdomain(lower));
        }
        if (Trees.text(source, "volumeHandle").isEmpty()) {
            errors.required(path.child("volumeHandle"), "");
        }
        for (String secret : SECRETS) {
            if (source.has(secret)) {
                reference(source.path(secret), path.child(secret), errors);
            }
        }
    }

    private static void reference(JsonNode secret, FieldPath path, FieldErrors errors) {
        String name = Trees.text(secret, "name");
        if (name.isEmpty()) {
            errors.required(path.child("name"), "");
        } else {
            errors.invalidEach(path.child("name"), name, Names.dnsSubdomain(name));
        }
        String namespace = Trees.text(secret, "namespace");
        if (namespace.isEmpty()) {
            errors.required(path.child("namespace"), "");
        } else {
            errors.invalidEach(path.child("namespace"), namespace, Names.dnsLabel(namespace));
        }
    }
}
