package io.kybern.node.container;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.SeccompProfile;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.kybern.node.runtime.ContainerFailure;
import io.kybern.node.runtime.ContainerRuntime.ImageRecord;
import io.kybern.node.runtime.ContainerSpec.Security;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A container's rights: its own security context over the pod's over the image's. */
final class SecurityRules {
    private SecurityRules() {}

    static Security of(Pod pod, Container container, ImageRecord image) {
        PodSecurityContext outer =
                Optional.ofNullable(pod.getSpec().getSecurityContext()).orElseGet(PodSecurityContext::new);
        SecurityContext own =
                Optional.ofNullable(container.getSecurityContext()).orElseGet(SecurityContext::new);
        Optional<Long> user = Optional.ofNullable(own.getRunAsUser())
                .or(() -> Optional.ofNullable(outer.getRunAsUser()))
                .or(image::userId);
        verifyNonRoot(own, outer, user, image);
        Optional<Long> group =
                Optional.ofNullable(own.getRunAsGroup()).or(() -> Optional.ofNullable(outer.getRunAsGroup()));
        List<Long> supplemental = new ArrayList<>(outer.getSupplementalGroups());
        Optional.ofNullable(outer.getFsGroup()).ifPresent(supplemental::add);
        SeccompProfile seccomp = own.getSeccompProfile() != null ? own.getSeccompProfile() : outer.getSeccompProfile();
        var capabilities = own.getCapabilities();
        return new Security(
                user,
                group,
                supplemental,
                is(own.getPrivileged()),
                is(own.getReadOnlyRootFilesystem()),
                Boolean.FALSE.equals(own.getAllowPrivilegeEscalation()),
                capabilities == null ? List.of() : capabilities.getAdd(),
                capabilities == null ? List.of() : capabilities.getDrop(),
                "Unmasked".equals(own.getProcMount()),
                seccomp == null || "Unconfined".equals(seccomp.getType()));
    }

    private static void verifyNonRoot(
            SecurityContext own, PodSecurityContext outer, Optional<Long> user, ImageRecord image) {
        boolean required = own.getRunAsNonRoot() != null ? own.getRunAsNonRoot() : is(outer.getRunAsNonRoot());
        if (!required || (user.isPresent() && user.get() != 0)) {
            return;
        }
        boolean explicit = own.getRunAsUser() != null || outer.getRunAsUser() != null;
        String why;
        if (explicit) {
            why = "container's runAsUser breaks non-root policy";
        } else if (user.isEmpty() && !image.userName().isEmpty()) {
            why = "container has runAsNonRoot and image has non-numeric user (" + image.userName()
                    + "), cannot verify user is non-root";
        } else {
            why = "container has runAsNonRoot and image will run as root";
        }
        throw new ContainerFailure("CreateContainerConfigError", why);
    }

    private static boolean is(@Nullable Boolean value) {
        return Boolean.TRUE.equals(value);
    }
}
