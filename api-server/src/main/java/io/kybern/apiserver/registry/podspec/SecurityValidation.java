package io.kybern.apiserver.registry.podspec;

import static io.kybern.crd.resource.Trees.flag;
import static io.kybern.crd.resource.Trees.objects;
import static io.kybern.crd.resource.Trees.text;
import static io.kybern.crd.resource.Trees.texts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.registry.goform.InternalForm;
import io.kybern.crd.field.FieldChecks;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Security contexts of pods and containers. */
final class SecurityValidation {
    private static final String SYSCTL_SEGMENT = "[a-z0-9]([-_a-z0-9]*[a-z0-9])?";
    private static final String SYSCTL = "(" + SYSCTL_SEGMENT + "[\\./])*" + SYSCTL_SEGMENT;
    private static final Pattern SYSCTL_NAME = Pattern.compile(SYSCTL);
    private static final List<String> PROFILE_TYPES = List.of("Localhost", "RuntimeDefault", "Unconfined");

    private SecurityValidation() {}

    /** The security context of the whole pod. */
    static void pod(JsonNode spec, FieldPath path, FieldErrors errors) {
        JsonNode context = spec.path("securityContext");
        ids(context, List.of("fsGroup", "runAsUser", "runAsGroup"), path, errors);
        int i = 0;
        for (JsonNode group : context.path("supplementalGroups")) {
            FieldChecks.inRange(
                    group,
                    0,
                    Integer.MAX_VALUE,
                    path.child("supplementalGroups").index(i++),
                    errors);
        }
        if (flag(spec, "hostPID") && flag(spec, "shareProcessNamespace")) {
            errors.invalid(
                    path.child("shareProcessNamespace"),
                    true,
                    "ShareProcessNamespace and HostPID cannot both be enabled");
        }
        sysctls(spec, path.child("sysctls"), errors);
        if (context.has("fsGroupChangePolicy")) {
            FieldChecks.oneOf(
                    text(context, "fsGroupChangePolicy"),
                    List.of("Always", "OnRootMismatch"),
                    path.child("fsGroupChangePolicy"),
                    errors);
        }
        seccomp(context, path.child("seccompProfile"), errors);
        WindowsOptionsValidation.validate(context.path("windowsOptions"), path.child("windowsOptions"), errors);
        appArmor(context.path("appArmorProfile"), path.child("appArmorProfile"), errors);
        if (context.has("supplementalGroupsPolicy")) {
            FieldChecks.oneOf(
                    text(context, "supplementalGroupsPolicy"),
                    List.of("Merge", "Strict"),
                    path.child("supplementalGroupsPolicy"),
                    errors);
        }
        if (context.has("seLinuxChangePolicy")) {
            FieldChecks.oneOf(
                    text(context, "seLinuxChangePolicy"),
                    List.of("Recursive"),
                    path.child("seLinuxChangePolicy"),
                    errors);
        }
    }

    private static void ids(JsonNode context, List<String> fields, FieldPath path, FieldErrors errors) {
        fields.forEach(f -> FieldChecks.inRange(context.path(f), 0, Integer.MAX_VALUE, path.child(f), errors));
    }

    private static void sysctls(JsonNode spec, FieldPath path, FieldErrors errors) {
        Set<String> names = new HashSet<>();
        int i = 0;
        for (ObjectNode sysctl : objects(spec.path("securityContext").path("sysctls"))) {
            FieldPath at = path.index(i++).child("name");
            String name = text(sysctl, "name");
            if (name.isEmpty()) {
                errors.required(at, "");
            } else if (name.length() > 253 || !SYSCTL_NAME.matcher(name).matches()) {
                errors.invalid(at, name, "must have at most 253 characters and match regex ^" + SYSCTL + "$");
            } else if (names.contains(name)) {
                errors.duplicate(at, name);
            }
            String dotted = name.replace('/', '.');
            if (flag(spec, "hostNetwork") && dotted.startsWith("net.")) {
                errors.invalid(at, name, "may not be specified when 'hostNetwork' is true");
            } else if (flag(spec, "hostIPC") && isIpc(dotted)) {
                errors.invalid(at, name, "may not be specified when 'hostIPC' is true");
            }
            names.add(name);
        }
    }

    private static boolean isIpc(String sysctl) {
        return sysctl.equals("kernel.sem")
                || sysctl.startsWith("kernel.shm")
                || sysctl.startsWith("kernel.msg")
                || sysctl.startsWith("fs.mqueue.");
    }

    /** The security context of one container. */
    static void container(JsonNode context, boolean hostUsers, FieldPath path, FieldErrors errors) {
        if (context.isMissingNode()) {
            return;
        }
        ids(context, List.of("runAsUser", "runAsGroup"), path, errors);
        if (context.has("procMount")) {
            String mount = text(context, "procMount");
            FieldChecks.oneOf(mount, List.of("Default", "Unmasked"), path.child("procMount"), errors);
            if (hostUsers && mount.equals("Unmasked")) {
                errors.invalid(path.child("procMount"), mount, "`hostUsers` must be false to use `Unmasked`");
            }
        }
        seccomp(context, path.child("seccompProfile"), errors);
        if (context.has("allowPrivilegeEscalation") && !flag(context, "allowPrivilegeEscalation")) {
            if (flag(context, "privileged")) {
                errors.invalid(
                        path,
                        InternalForm.of("core.SecurityContext", context),
                        "cannot set `allowPrivilegeEscalation` to false and `privileged` to true");
            }
            if (texts(context.path("capabilities").path("add")).contains("CAP_SYS_ADMIN")) {
                errors.invalid(
                        path,
                        InternalForm.of("core.SecurityContext", context),
                        "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN");
            }
        }
        WindowsOptionsValidation.validate(context.path("windowsOptions"), path.child("windowsOptions"), errors);
        appArmor(context.path("appArmorProfile"), path.child("appArmorProfile"), errors);
    }

    private static void seccomp(JsonNode context, FieldPath path, FieldErrors errors) {
        JsonNode profile = context.path("seccompProfile");
        if (profile.isMissingNode()) {
            return;
        }
        String type = text(profile, "type");
        if (type.isEmpty()) {
            errors.required(path.child("type"), "type is required when seccompProfile is set");
        } else {
            FieldChecks.oneOf(type, PROFILE_TYPES, path.child("type"), errors);
        }
        FieldPath local = path.child("localhostProfile");
        if (type.equals("Localhost")) {
            if (!profile.has("localhostProfile")) {
                errors.required(local, "must be set when seccomp type is Localhost");
            } else {
                FieldChecks.descendingPath(text(profile, "localhostProfile"), local, errors);
            }
        } else if (profile.has("localhostProfile")) {
            errors.invalid(
                    local,
                    InternalForm.of("core.SeccompProfile", profile),
                    "can only be set when seccomp type is Localhost");
        }
    }

    static void appArmor(JsonNode profile, FieldPath path, FieldErrors errors) {
        if (profile.isMissingNode()) {
            return;
        }
        String type = text(profile, "type");
        FieldPath local = path.child("localhostProfile");
        if (type.equals("Localhost")) {
            String name = text(profile, "localhostProfile");
            if (!profile.has("localhostProfile")) {
                errors.required(local, "must be set when AppArmor type is Localhost");
                return;
            }
            if (!name.strip().equals(name)) {
                errors.invalid(local, name, "must not be padded with whitespace");
            } else if (name.isEmpty()) {
                errors.required(local, "must be set when AppArmor type is Localhost");
            }
            if (name.length() > 4095) {
                errors.tooLong(local, 4095);
            }
        } else if (type.isEmpty()) {
            errors.required(path.child("type"), "type is required when appArmorProfile is set");
        } else if (!PROFILE_TYPES.contains(type)) {
            errors.notSupported(path.child("type"), type, PROFILE_TYPES);
        } else if (profile.has("localhostProfile")) {
            errors.invalid(local, text(profile, "localhostProfile"), "can only be set when AppArmor type is Localhost");
        }
    }
}
