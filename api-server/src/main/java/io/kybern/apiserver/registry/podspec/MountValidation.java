package io.kybern.apiserver.registry.podspec;

import static io.kybern.crd.resource.Trees.flag;
import static io.kybern.crd.resource.Trees.objects;
import static io.kybern.crd.resource.Trees.text;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.field.FieldChecks;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Volume mounts and devices of one container against the volumes of its pod. */
final class MountValidation {
    private MountValidation() {}

    static void validate(ObjectNode container, Map<String, ObjectNode> volumes, FieldPath path, FieldErrors errors) {
        List<ObjectNode> mounts = objects(container.path("volumeMounts"));
        List<ObjectNode> devices = objects(container.path("volumeDevices"));
        mounts(mounts, byName(devices, "devicePath"), volumes, container, path.child("volumeMounts"), errors);
        devices(devices, byName(mounts, "mountPath"), volumes, path.child("volumeDevices"), errors);
    }

    private static Map<String, String> byName(List<ObjectNode> list, String pathField) {
        Map<String, String> paths = new HashMap<>();
        list.forEach(item -> paths.put(text(item, "name"), text(item, pathField)));
        return paths;
    }

    private static void mounts(
            List<ObjectNode> mounts,
            Map<String, String> devices,
            Map<String, ObjectNode> volumes,
            ObjectNode container,
            FieldPath path,
            FieldErrors errors) {
        Set<String> targets = new HashSet<>();
        for (int i = 0; i < mounts.size(); i++) {
            ObjectNode mount = mounts.get(i);
            FieldPath at = path.index(i);
            String name = text(mount, "name");
            String target = text(mount, "mountPath");
            FieldChecks.required(mount, "name", at, errors);
            if (!volumes.containsKey(name)) {
                errors.notFound(at.child("name"), name);
            }
            FieldChecks.required(mount, "mountPath", at, errors);
            if (!targets.add(target)) {
                errors.invalid(at.child("mountPath"), target, "must be unique");
            }
            if (devices.containsKey(name)) {
                errors.invalid(at.child("name"), name, "must not already exist in volumeDevices");
            }
            if (devices.containsValue(target)) {
                errors.invalid(at.child("mountPath"), target, "must not already exist as a path in volumeDevices");
            }
            subPaths(mount, at, path, errors);
            if (mount.has("mountPropagation")) {
                propagation(text(mount, "mountPropagation"), container, path.child("mountPropagation"), errors);
            }
            if (mount.has("recursiveReadOnly")) {
                recursiveReadOnly(mount, path.child("recursiveReadOnly"), errors);
            }
        }
    }

    private static void subPaths(ObjectNode mount, FieldPath at, FieldPath path, FieldErrors errors) {
        String subPath = text(mount, "subPath");
        String expression = text(mount, "subPathExpr");
        if (!subPath.isEmpty()) {
            FieldChecks.descendingPath(subPath, path.child("subPath"), errors);
        }
        if (!expression.isEmpty()) {
            if (!subPath.isEmpty()) {
                errors.invalid(at.child("subPathExpr"), expression, "subPathExpr and subPath are mutually exclusive");
            }
            FieldChecks.descendingPath(expression, path.child("subPathExpr"), errors);
        }
    }

    private static void propagation(String mode, ObjectNode container, FieldPath path, FieldErrors errors) {
        FieldChecks.oneOf(mode, List.of("Bidirectional", "HostToContainer", "None"), path, errors);
        if (mode.equals("Bidirectional") && !flag(container, "securityContext", "privileged")) {
            errors.forbidden(path, "Bidirectional mount propagation is available only to privileged containers");
        }
    }

    private static void recursiveReadOnly(ObjectNode mount, FieldPath path, FieldErrors errors) {
        switch (text(mount, "recursiveReadOnly")) {
            case "Disabled" -> {}
            case "Enabled", "IfPossible" -> {
                if (!flag(mount, "readOnly")) {
                    errors.forbidden(path, "may only be specified when readOnly is true");
                }
                if (mount.has("mountPropagation")
                        && !text(mount, "mountPropagation").equals("None")) {
                    errors.forbidden(path, "may only be specified when mountPropagation is None or not specified");
                }
            }
            default ->
                errors.notSupported(
                        path, mount.path("recursiveReadOnly"), List.of("Disabled", "Enabled", "IfPossible"));
        }
    }

    private static void devices(
            List<ObjectNode> devices,
            Map<String, String> mounts,
            Map<String, ObjectNode> volumes,
            FieldPath path,
            FieldErrors errors) {
        Set<String> paths = new HashSet<>();
        Set<String> names = new HashSet<>();
        for (int i = 0; i < devices.size(); i++) {
            FieldPath at = path.index(i);
            String name = text(devices.get(i), "name");
            String target = text(devices.get(i), "devicePath");
            ObjectNode volume = volumes.get(name);
            FieldChecks.required(devices.get(i), "name", at, errors);
            if (names.contains(name)) {
                errors.invalid(at.child("name"), name, "must be unique");
            }
            if (volume != null && !volume.has("persistentVolumeClaim") && !volume.has("ephemeral")) {
                errors.invalid(
                        at.child("name"),
                        name,
                        "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode");
            }
            if (volume == null) {
                errors.notFound(at.child("name"), name);
            }
            FieldChecks.required(devices.get(i), "devicePath", at, errors);
            if (paths.contains(target)) {
                errors.invalid(at.child("devicePath"), target, "must be unique");
            }
            if (List.of(target.split("/", -1)).contains("..")) {
                errors.invalid(at.child("devicePath"), target, "can not contain backsteps ('..')");
            } else {
                paths.add(target);
            }
            if (mounts.containsKey(name)) {
                errors.invalid(at.child("name"), name, "must not already exist in volumeMounts");
            }
            if (mounts.containsValue(target)) {
                errors.invalid(at.child("devicePath"), target, "must not already exist as a path in volumeMounts");
            }
            if (!name.isEmpty()) {
                names.add(name);
            }
        }
    }
}
