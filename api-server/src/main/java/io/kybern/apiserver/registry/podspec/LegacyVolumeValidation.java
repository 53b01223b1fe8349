package io.kybern.apiserver.registry.podspec;

import static io.kybern.crd.resource.Trees.flag;
import static io.kybern.crd.resource.Trees.number;
import static io.kybern.crd.resource.Trees.text;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.field.FieldChecks;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.name.Names;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** Volume types of particular storage systems, all but CSI of historical interest. */
public final class LegacyVolumeValidation {
    /** Types that only have required fields. */
    private static final Map<String, List<String>> REQUIRED = Map.of(
            "glusterfs", List.of("endpoints", "path"),
            "azureFile", List.of("secretName", "shareName"),
            "vsphereVolume", List.of("volumePath"),
            "photonPersistentDisk", List.of("pdID"),
            "portworxVolume", List.of("volumeID"),
            "scaleIO", List.of("gateway", "system", "volumeName"));

    private static final int MAX_ISCSI_NAME = 64;
    private static final Pattern IQN = Pattern.compile("iqn\\.\\d{4}-\\d{2}\\.([\\p{Alnum}.-]+)(:[^,;*&$|\\s]+)$");
    private static final Pattern EUI = Pattern.compile("^eui.\\p{Alnum}{16}$");
    private static final Pattern NAA = Pattern.compile("^naa.\\p{Alnum}{32}$");

    private LegacyVolumeValidation() {}

    /** A source in the spec of a PersistentVolume. */
    public static void ofPersistentVolume(
            String volume, String type, ObjectNode source, FieldPath path, FieldErrors errors) {
        if (type.equals("iscsi")) {
            String portal = text(source, "targetPortal");
            FieldChecks.required(source, "targetPortal", path, errors);
            if (source.has("initiatorName") && Names.bytes(volume + ":" + portal) > MAX_ISCSI_NAME) {
                errors.invalid(
                        path.child("targetportal"),
                        portal,
                        "Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if"
                                + " iscsi.initiatorName is specified.");
            }
            iscsi(source, path, "must be valid format", errors);
            return;
        }
        validate(type, source, path, errors);
        switch (type) {
            case "glusterfs" -> endpointsNamespace(source, path.child("endpointsNamespace"), errors);
            case "azureFile" -> {
                if (source.has("secretNamespace")
                        && text(source, "secretNamespace").isEmpty()) {
                    errors.required(path.child("secretNamespace"), "");
                }
            }
            case "cinder", "storageos" -> {
                if (source.has("secretRef")
                        && text(source, "secretRef", "namespace").isEmpty()) {
                    errors.required(path.child("secretRef").child("namespace"), "");
                }
            }
            default -> {}
        }
    }

    private static void endpointsNamespace(ObjectNode source, FieldPath path, FieldErrors errors) {
        String namespace = text(source, "endpointsNamespace");
        if (namespace.isEmpty() && source.has("endpointsNamespace")) {
            errors.invalid(path, namespace, "if the endpointnamespace is set, it must be a valid namespace name");
        } else if (!namespace.isEmpty()) {
            FieldChecks.dnsLabel(namespace, path, errors);
        }
    }

    static void validate(String type, ObjectNode source, FieldPath path, FieldErrors errors) {
        REQUIRED.getOrDefault(type, List.of()).forEach(field -> FieldChecks.required(source, field, path, errors));
        switch (type) {
            case "gcePersistentDisk" -> disk(source, "pdName", path, errors);
            case "awsElasticBlockStore" -> disk(source, "volumeID", path, errors);
            case "nfs" -> {
                FieldChecks.required(source, "server", path, errors);
                FieldChecks.required(source, "path", path, errors);
                if (!text(source, "path").startsWith("/")) {
                    errors.invalid(path.child("path"), text(source, "path"), "must be an absolute path");
                }
            }
            case "iscsi" -> {
                FieldChecks.required(source, "targetPortal", path, errors);
                iscsi(source, path, "must be valid format starting with iqn, eui, or naa", errors);
            }
            case "flocker" -> flocker(source, path, errors);
            case "rbd" -> {
                monitors(source, path, errors);
                FieldChecks.required(source, "image", path, errors);
            }
            case "cephfs" -> monitors(source, path, errors);
            case "cinder" -> {
                FieldChecks.required(source, "volumeID", path, errors);
                secretName(source, path, errors);
            }
            case "quobyte" -> quobyte(source, path, errors);
            case "fc" -> fibreChannel(source, path, errors);
            case "flexVolume" -> flex(source, path, errors);
            case "azureDisk" -> azureDisk(source, path, errors);
            case "storageos" -> storageOs(source, path, errors);
            default -> {}
        }
    }

    private static void disk(ObjectNode source, String id, FieldPath path, FieldErrors errors) {
        FieldChecks.required(source, id, path, errors);
        long partition = number(source, "partition");
        if (partition < 0 || partition > 255) {
            errors.invalid(path.child("partition"), partition, "must be between 1 and 255, inclusive");
        }
    }

    private static void monitors(ObjectNode source, FieldPath path, FieldErrors errors) {
        if (source.path("monitors").isEmpty()) {
            errors.required(path.child("monitors"), "");
        }
    }

    private static void secretName(ObjectNode source, FieldPath path, FieldErrors errors) {
        if (source.has("secretRef") && text(source, "secretRef", "name").isEmpty()) {
            errors.required(path.child("secretRef").child("name"), "");
        }
    }

    /** @param unknown what is said of a name of no known kind */
    private static void iscsi(ObjectNode source, FieldPath path, String unknown, FieldErrors errors) {
        if (text(source, "iqn").isEmpty()) {
            errors.required(path.child("iqn"), "");
        } else {
            initiator(text(source, "iqn"), unknown, path.child("iqn"), errors);
        }
        errors.invalidEach(path.child("lun"), number(source, "lun"), Names.inRange(number(source, "lun"), 0, 255));
        if ((flag(source, "chapAuthDiscovery") || flag(source, "chapAuthSession")) && !source.has("secretRef")) {
            errors.required(path.child("secretRef"), "");
        }
        secretName(source, path, errors);
        if (source.has("initiatorName")) {
            initiator(text(source, "initiatorName"), unknown, path.child("initiatorname"), errors);
        }
    }

    private static void initiator(String name, String unknown, FieldPath path, FieldErrors errors) {
        boolean iqn = name.startsWith("iqn");
        boolean eui = name.startsWith("eui");
        if (!iqn && !eui && !name.startsWith("naa")) {
            errors.invalid(path, name, unknown);
        } else if (!(iqn ? IQN : eui ? EUI : NAA).matcher(name).find()) {
            errors.invalid(path, name, "must be valid format");
        }
    }

    private static void flocker(ObjectNode source, FieldPath path, FieldErrors errors) {
        String name = text(source, "datasetName");
        String uuid = text(source, "datasetUUID");
        if (name.isEmpty() && uuid.isEmpty()) {
            errors.required(path, "one of datasetName and datasetUUID is required");
        }
        if (!name.isEmpty() && !uuid.isEmpty()) {
            errors.invalid(path, "resource", "datasetName and datasetUUID can not be specified simultaneously");
        }
        if (name.contains("/")) {
            errors.invalid(path.child("datasetName"), name, "must not contain '/'");
        }
    }

    private static void quobyte(ObjectNode source, FieldPath path, FieldErrors errors) {
        String registry = text(source, "registry");
        String pairs = "must be a host:port pair or multiple pairs separated by commas";
        if (registry.isEmpty()) {
            errors.required(path.child("registry"), pairs);
        } else if (text(source, "tenant").length() >= 65) {
            errors.required(path.child("tenant"), "must be a UUID and may not exceed a length of 64 characters");
        } else {
            for (String pair : registry.split(",", -1)) {
                if (!pair.contains(":")) {
                    errors.invalid(path.child("registry"), registry, pairs);
                }
            }
        }
        FieldChecks.required(source, "volume", path, errors);
    }

    private static void fibreChannel(ObjectNode source, FieldPath path, FieldErrors errors) {
        boolean targets = !source.path("targetWWNs").isEmpty();
        boolean ids = !source.path("wwids").isEmpty();
        if (!targets && !ids) {
            errors.required(path.child("targetWWNs"), "must specify either targetWWNs or wwids, but not both");
        }
        if (targets && ids) {
            errors.invalid(
                    path.child("targetWWNs"),
                    source.path("targetWWNs"),
                    "targetWWNs and wwids can not be specified simultaneously");
        }
        if (targets) {
            if (source.has("lun")) {
                FieldChecks.inRange(source.path("lun"), 0, 255, path.child("lun"), errors);
            } else {
                errors.required(path.child("lun"), "lun is required if targetWWNs is specified");
            }
        }
    }

    private static void flex(ObjectNode source, FieldPath path, FieldErrors errors) {
        FieldChecks.required(source, "driver", path, errors);
        source.path("options").propertyStream().forEach(e -> {
            String key = e.getKey();
            int slash = key.indexOf('/');
            String domain = "." + (slash < 0 ? key : key.substring(0, slash)).toLowerCase(Locale.ROOT);
            if (domain.endsWith(".kubernetes.io") || domain.endsWith(".k8s.io")) {
                errors.invalid(path.child("options").key(key), key, "kubernetes.io and k8s.io namespaces are reserved");
            }
        });
    }

    private static void azureDisk(ObjectNode source, FieldPath path, FieldErrors errors) {
        FieldChecks.required(source, "diskName", path, errors);
        FieldChecks.required(source, "diskURI", path, errors);
        String kind = text(source, "kind");
        String uri = text(source, "diskURI");
        FieldChecks.oneOf(
                text(source, "cachingMode"),
                List.of("None", "ReadOnly", "ReadWrite"),
                path.child("cachingMode"),
                errors);
        FieldChecks.oneOf(kind, List.of("Dedicated", "Managed", "Shared"), path.child("kind"), errors);
        if (kind.equals("Managed") && !uri.startsWith("/subscriptions/")) {
            errors.notSupported(
                    path.child("diskURI"),
                    uri,
                    List.of(
                            "/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}"));
        }
        if (!kind.equals("Managed") && !uri.startsWith("https://")) {
            errors.notSupported(
                    path.child("diskURI"),
                    uri,
                    List.of("https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd"));
        }
    }

    private static void storageOs(ObjectNode source, FieldPath path, FieldErrors errors) {
        String name = text(source, "volumeName");
        if (name.isEmpty()) {
            errors.required(path.child("volumeName"), "");
        } else {
            FieldChecks.dnsLabel(name, path.child("volumeName"), errors);
        }
        if (!text(source, "volumeNamespace").isEmpty()) {
            FieldChecks.dnsLabel(text(source, "volumeNamespace"), path.child("volumeNamespace"), errors);
        }
        secretName(source, path, errors);
    }
}
