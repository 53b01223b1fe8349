package io.kybern.apiserver.registry.podspec;

import static io.kybern.crd.resource.Trees.number;
import static io.kybern.crd.resource.Trees.objects;
import static io.kybern.crd.resource.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.field.FieldChecks;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.name.Names;
import io.kybern.crd.value.Quantity;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The volumes of a pod. */
final class VolumeValidation {
    /** Volume types in the order in which the original looks for them. */
    private static final List<String> TYPES = List.of(
            "emptyDir",
            "hostPath",
            "gitRepo",
            "gcePersistentDisk",
            "awsElasticBlockStore",
            "secret",
            "nfs",
            "iscsi",
            "glusterfs",
            "flocker",
            "persistentVolumeClaim",
            "rbd",
            "cinder",
            "cephfs",
            "quobyte",
            "downwardAPI",
            "fc",
            "flexVolume",
            "configMap",
            "azureFile",
            "vsphereVolume",
            "photonPersistentDisk",
            "portworxVolume",
            "azureDisk",
            "storageos",
            "projected",
            "scaleIO",
            "csi",
            "ephemeral",
            "image");
    /** Types whose complaint about a second type names a path that is not their field. */
    private static final Map<String, String> MISNAMED = Map.of("cephfs", "cephFS", "downwardAPI", "downwarAPI");

    private static final String FILE_MODE = "must be a number between 0 and 0777 (octal), both inclusive";
    private static final List<String> HOST_PATH_TYPES = List.of(
            "", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket");

    private final String podName;
    private final boolean pod;
    private final FieldErrors errors;

    /** @param podName empty for templates: then what depends on it goes unchecked */
    VolumeValidation(String podName, boolean pod, FieldErrors errors) {
        this.podName = podName;
        this.pod = pod;
        this.errors = errors;
    }

    /** Answers the valid volumes by name. */
    Map<String, ObjectNode> validate(JsonNode list, FieldPath path) {
        Map<String, ObjectNode> volumes = new HashMap<>();
        Set<String> created = new HashSet<>();
        for (ObjectNode volume : objects(list)) {
            if (!podName.isEmpty() && volume.has("ephemeral")) {
                created.add(podName + "-" + text(volume, "name"));
            }
        }
        int i = 0;
        for (ObjectNode volume : objects(list)) {
            FieldPath at = path.index(i++);
            String name = text(volume, "name");
            int before = errors.size();
            source(volume, name, at);
            if (name.isEmpty()) {
                errors.required(at.child("name"), "");
            } else {
                FieldChecks.dnsLabel(name, at.child("name"), errors);
            }
            if (volumes.containsKey(name)) {
                errors.duplicate(at.child("name"), name);
            }
            if (errors.size() == before) {
                volumes.put(name, volume);
            }
            String claim = text(volume, "persistentVolumeClaim", "claimName");
            if (created.contains(claim)) {
                errors.invalid(
                        at.child("persistentVolumeClaim").child("claimName"),
                        claim,
                        "must not reference a PVC that gets created for an ephemeral volume");
            }
        }
        return volumes;
    }

    private void source(ObjectNode volume, String name, FieldPath path) {
        int types = 0;
        for (String type : TYPES) {
            if (!(volume.get(type) instanceof ObjectNode source)) {
                continue;
            }
            if (types > 0) {
                errors.forbidden(
                        path.child(MISNAMED.getOrDefault(type, type)), "may not specify more than 1 volume type");
            } else {
                types++;
                type(type, source, name, path);
            }
        }
        if (types == 0) {
            errors.required(path, "must specify a volume type");
        }
        if (volume.path("iscsi").has("initiatorName")
                && (name + ":" + text(volume, "iscsi", "targetPortal")).length() > 64) {
            errors.invalid(
                    path.child("name"),
                    name,
                    "Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if"
                            + " iscsi.initiatorName is specified.");
        }
    }

    private void type(String type, ObjectNode source, String name, FieldPath path) {
        FieldPath at = path.child(type);
        switch (type) {
            case "emptyDir" -> {
                if (source.has("sizeLimit")
                        && Quantity.parse(text(source, "sizeLimit")).compareTo(Quantity.ZERO) < 0) {
                    errors.forbidden(at.child("sizeLimit"), "SizeLimit field must be a valid resource quantity");
                }
            }
            case "hostPath" -> hostPath(source, at);
            case "gitRepo" -> {
                FieldChecks.required(source, "repository", at, errors);
                FieldChecks.descendingPath(text(source, "directory"), at.child("directory"), errors);
            }
            case "secret" -> files(source, "secretName", at);
            case "configMap" -> files(source, "name", at);
            case "downwardAPI" -> {
                mode(source, "defaultMode", at);
                objects(source.path("items")).forEach(file -> downwardFile(file, at));
            }
            case "projected" -> new ProjectedVolumeValidation(this, errors).validate(source, at);
            case "persistentVolumeClaim" -> FieldChecks.required(source, "claimName", at, errors);
            case "csi" -> csi(source, at);
            case "ephemeral" -> ephemeral(source, name, path);
            case "image" -> {
                if (pod) {
                    FieldChecks.required(source, "reference", at, errors);
                }
                FieldChecks.requiredOneOf(
                        text(source, "pullPolicy"), ContainerValidation.PULL_POLICIES, at.child("pullPolicy"), errors);
            }
            case "gcePersistentDisk" ->
                LegacyVolumeValidation.validate(type, source, path.child("persistentDisk"), errors);
            default -> LegacyVolumeValidation.validate(type, source, at, errors);
        }
    }

    private void hostPath(ObjectNode source, FieldPath path) {
        if (text(source, "path").isEmpty()) {
            errors.required(path.child("path"), "");
            return;
        }
        FieldChecks.noBacksteps(text(source, "path"), path.child("path"), errors);
        if (source.has("type")) {
            FieldChecks.oneOf(text(source, "type"), HOST_PATH_TYPES, path.child("type"), errors);
        }
    }

    private void files(ObjectNode source, String nameField, FieldPath path) {
        FieldChecks.required(source, nameField, path, errors);
        mode(source, "defaultMode", path);
        items(source, path);
    }

    private void items(ObjectNode source, FieldPath path) {
        int i = 0;
        for (ObjectNode item : objects(source.path("items"))) {
            keyToPath(item, path.child("items").index(i++));
        }
    }

    void keyToPath(ObjectNode item, FieldPath path) {
        FieldChecks.required(item, "key", path, errors);
        FieldChecks.required(item, "path", path, errors);
        localPath(text(item, "path"), path.child("path"));
        mode(item, "mode", path);
    }

    void downwardFile(ObjectNode file, FieldPath path) {
        FieldChecks.required(file, "path", path, errors);
        localPath(text(file, "path"), path.child("path"));
        if (file.get("fieldRef") instanceof ObjectNode ref) {
            EnvironmentValidation.fieldRef(ref, EnvironmentValidation.VOLUME_FIELDS, path.child("fieldRef"), errors);
            if (file.has("resourceFieldRef")) {
                errors.invalid(path, "resource", "fieldRef and resourceFieldRef can not be specified simultaneously");
            }
        } else if (file.get("resourceFieldRef") instanceof ObjectNode ref) {
            EnvironmentValidation.resourceRef(ref, true, path.child("resourceFieldRef"), errors);
        } else {
            errors.required(path, "one of fieldRef and resourceFieldRef is required");
        }
        mode(file, "mode", path);
    }

    void mode(ObjectNode holder, String field, FieldPath path) {
        long mode = number(holder, field);
        if (mode > 0777 || mode < 0) {
            errors.invalid(path.child(field), mode, FILE_MODE);
        }
    }

    /** A relative path without backsteps that does not start with two dots. */
    void localPath(String target, FieldPath path) {
        FieldChecks.descendingPath(target, path, errors);
        if (target.startsWith("..") && !target.startsWith("../")) {
            errors.invalid(path, target, "must not start with '..'");
        }
    }

    private void csi(ObjectNode source, FieldPath path) {
        String driver = text(source, "driver");
        if (driver.isEmpty()) {
            errors.required(path.child("driver"), "");
        } else {
            if (driver.length() > 63) {
                errors.tooLong(path.child("driver"), 63);
            }
            errors.invalidEach(path.child("driver"), driver, Names.dnsSubdomainCaseless(driver));
        }
        if (source.has("nodePublishSecretRef")) {
            String secret = text(source, "nodePublishSecretRef", "name");
            if (secret.isEmpty()) {
                errors.required(path.child("nodePublishSecretRef").child("name"), "");
            } else {
                FieldChecks.dnsSubdomain(secret, path.child("name"), errors);
            }
        }
    }

    private void ephemeral(ObjectNode source, String name, FieldPath path) {
        FieldPath at = path.child("ephemeral").child("volumeClaimTemplate");
        if (!source.has("volumeClaimTemplate")) {
            errors.required(at, "");
        } else {
            ClaimTemplateValidation.validate(source.path("volumeClaimTemplate"), at, errors);
        }
        if (!podName.isEmpty() && !name.isEmpty()) {
            String claim = podName + "-" + name;
            for (String complaint : Names.dnsSubdomain(claim)) {
                errors.invalid(path.child("name"), name, "PVC name " + FieldErrors.quote(claim) + ": " + complaint);
            }
        }
    }
}
