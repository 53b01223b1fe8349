package io.kybern.apiserver.registry.podspec;

import static io.kybern.crd.resource.Trees.at;
import static io.kybern.crd.resource.Trees.flag;
import static io.kybern.crd.resource.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import io.kybern.crd.field.FieldChecks;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import java.util.List;
import java.util.regex.Pattern;

/** Windows options of security contexts, and which fields go with which operating system. */
final class WindowsOptionsValidation {
    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}+");
    private static final Pattern NET_BIOS = Pattern.compile("^[^\\\\/:*?\"<>|.][^\\\\/:*?\"<>|]{0,14}$");
    private static final String DNS_LABEL = "[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?";
    private static final Pattern DNS = Pattern.compile("^" + DNS_LABEL + "(?:\\." + DNS_LABEL + ")*$");
    private static final Pattern ODD_CHARACTERS = Pattern.compile("[\"/\\\\:;|=,+*?<>@\\[\\]]");
    private static final Pattern DOTS_AND_SPACES = Pattern.compile("^[. ]+$");

    private static final String NOT_FOR_WINDOWS = "cannot be set for a windows pod";
    private static final String NOT_FOR_LINUX = "windows options cannot be set for a linux pod";

    private WindowsOptionsValidation() {}

    static void validate(JsonNode options, FieldPath path, FieldErrors errors) {
        if (options.has("gmsaCredentialSpecName")) {
            FieldChecks.dnsSubdomain(
                    text(options, "gmsaCredentialSpecName"), path.child("gmsaCredentialSpecName"), errors);
        }
        if (options.has("gmsaCredentialSpec")) {
            String spec = text(options, "gmsaCredentialSpec");
            if (spec.isEmpty()) {
                errors.invalid(path.child("gmsaCredentialSpec"), spec, "gmsaCredentialSpec cannot be an empty string");
            } else if (spec.length() > 64 * 1024) {
                errors.invalid(path.child("gmsaCredentialSpec"), spec, "gmsaCredentialSpec size must be under 64 KiB");
            }
        }
        if (options.has("runAsUserName")) {
            userName(text(options, "runAsUserName"), path.child("runAsUserName"), errors);
        }
    }

    private static void userName(String name, FieldPath path, FieldErrors errors) {
        String[] parts = name.split("\\\\", -1);
        if (name.isEmpty()) {
            errors.invalid(path, name, "runAsUserName cannot be an empty string");
            return;
        }
        if (CONTROL.matcher(name).find()) {
            errors.invalid(path, name, "runAsUserName cannot contain control characters");
            return;
        }
        if (parts.length > 2) {
            errors.invalid(path, name, "runAsUserName cannot contain more than one backslash");
            return;
        }
        String domain = parts.length == 2 ? parts[0] : "";
        String user = parts[parts.length - 1];
        if (domain.length() >= 256) {
            errors.invalid(path, name, "runAsUserName's Domain length must be under 256 characters");
        }
        if (parts.length == 2
                && !NET_BIOS.matcher(domain).matches()
                && !DNS.matcher(domain).matches()) {
            errors.invalid(path, name, "runAsUserName's Domain doesn't match the NetBios nor the DNS format");
        }
        if (user.isEmpty()) {
            errors.invalid(path, name, "runAsUserName's User cannot be empty");
        } else if (user.length() > 104) {
            errors.invalid(path, name, "runAsUserName's User length must not be longer than 104 characters");
        }
        if (DOTS_AND_SPACES.matcher(user).matches()) {
            errors.invalid(path, name, "runAsUserName's User cannot contain only periods or spaces");
        }
        if (ODD_CHARACTERS.matcher(user).find()) {
            errors.invalid(
                    path, name, "runAsUserName's User cannot contain the following characters: \"/\\:;|=,+*?<>@[]");
        }
    }

    /** All containers of a pod run as processes of the host, or none. */
    static void hostProcess(JsonNode spec, FieldPath path, FieldErrors errors) {
        JsonNode pod = at(spec, "securityContext", "windowsOptions", "hostProcess");
        int[] counts = new int[2];
        ContainerVisitor.visit(spec, path, (container, at) -> {
            counts[0]++;
            JsonNode own = at(container, "securityContext", "windowsOptions", "hostProcess");
            if (!pod.isMissingNode() && !own.isMissingNode() && pod.asBoolean() != own.asBoolean()) {
                errors.invalid(
                        at.child("securityContext").child("windowsOptions").child("hostProcess"),
                        own,
                        "pod hostProcess value must be identical if both are specified, was " + pod);
            }
            if (own.isMissingNode() ? pod.asBoolean(false) : own.asBoolean()) {
                counts[1]++;
            }
        });
        if (counts[1] == 0) {
            return;
        }
        if (counts[1] != counts[0]) {
            errors.invalid(
                    path,
                    "",
                    "If pod contains any hostProcess containers then all containers must be HostProcess containers");
        }
        if (!flag(spec, "hostNetwork")) {
            errors.invalid(
                    path.child("hostNetwork"),
                    false,
                    "hostNetwork must be true if pod contains any hostProcess containers");
        }
    }

    /** The operating system of a pod, and that nothing is set which it has not. */
    static void operatingSystem(JsonNode spec, FieldPath path, FieldErrors errors) {
        if (!spec.has("os")) {
            return;
        }
        String os = text(spec, "os", "name");
        switch (os) {
            case "" -> errors.required(path.child("os").child("name"), "");
            case "linux" -> linux(spec, path, errors);
            case "windows" -> windows(spec, path, errors);
            default -> errors.notSupported(path.child("os"), os, List.of("linux", "windows"));
        }
    }

    private static void linux(JsonNode spec, FieldPath path, FieldErrors errors) {
        if (spec.path("securityContext").has("windowsOptions")) {
            errors.forbidden(path.child("securityContext").child("windowsOptions"), NOT_FOR_LINUX);
        }
        ContainerVisitor.visit(spec, path, (container, at) -> {
            if (container.path("securityContext").has("windowsOptions")) {
                errors.forbidden(at.child("securityContext").child("windowsOptions"), NOT_FOR_LINUX);
            }
        });
    }

    private static void windows(JsonNode spec, FieldPath path, FieldErrors errors) {
        JsonNode context = spec.path("securityContext");
        FieldPath at = path.child("securityContext");
        forbid(context, List.of("appArmorProfile", "seLinuxOptions"), at, errors);
        forbid(spec, List.of("hostUsers"), path, errors);
        for (String field : List.of("hostPID", "hostIPC")) {
            if (flag(spec, field)) {
                errors.forbidden(path.child(field), NOT_FOR_WINDOWS);
            }
        }
        forbid(context, List.of("seccompProfile", "fsGroup", "fsGroupChangePolicy", "sysctls"), at, errors);
        forbid(spec, List.of("shareProcessNamespace"), path, errors);
        forbid(
                context,
                List.of(
                        "runAsUser",
                        "runAsGroup",
                        "supplementalGroups",
                        "supplementalGroupsPolicy",
                        "seLinuxChangePolicy"),
                at,
                errors);
        ContainerVisitor.visit(
                spec,
                path,
                (container, containerPath) -> forbid(
                        container.path("securityContext"),
                        List.of(
                                "appArmorProfile",
                                "seLinuxOptions",
                                "seccompProfile",
                                "capabilities",
                                "readOnlyRootFilesystem",
                                "privileged",
                                "allowPrivilegeEscalation",
                                "procMount",
                                "runAsUser",
                                "runAsGroup"),
                        containerPath.child("securityContext"),
                        errors));
    }

    private static void forbid(JsonNode holder, List<String> fields, FieldPath path, FieldErrors errors) {
        fields.stream().filter(holder::has).forEach(f -> errors.forbidden(path.child(f), NOT_FOR_WINDOWS));
    }
}
