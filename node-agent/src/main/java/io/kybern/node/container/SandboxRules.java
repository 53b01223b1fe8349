package io.kybern.node.container;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodDNSConfig;
import io.fabric8.kubernetes.api.model.Sysctl;
import io.kybern.node.NodeAgentConfig.ClusterDns;
import io.kybern.node.pod.PodContainers;
import io.kybern.node.runtime.SandboxSpec;
import io.kybern.node.runtime.SandboxSpec.Dns;
import io.kybern.node.runtime.SandboxSpec.PortMapping;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A pod's sandbox from its spec: pure. */
final class SandboxRules {
    private static final int HOSTNAME_LENGTH = 63;

    private SandboxRules() {}

    static SandboxSpec of(Pod pod, int attempt, ClusterDns dns, Dns node, String cgroupRoot, String logDirectory) {
        var spec = pod.getSpec();
        return new SandboxSpec(
                PodContainers.identity(pod),
                attempt,
                hostname(pod),
                map(pod.getMetadata().getLabels()),
                map(pod.getMetadata().getAnnotations()),
                new SandboxSpec.Namespaces(
                        PodContainers.hostNetwork(pod),
                        Boolean.TRUE.equals(spec.getHostPID()),
                        Boolean.TRUE.equals(spec.getHostIPC()),
                        Boolean.TRUE.equals(spec.getShareProcessNamespace())),
                ports(pod),
                Optional.of(dns(pod, dns, node)),
                sysctls(pod),
                identity(pod),
                PodContainers.all(pod).anyMatch(SandboxRules::privileged),
                cgroup(pod, cgroupRoot),
                logDirectory);
    }

    private static Map<String, String> map(@Nullable Map<String, String> map) {
        return map == null ? Map.of() : map;
    }

    static String hostname(Pod pod) {
        String name = pod.getSpec().getHostname() != null
                        && !pod.getSpec().getHostname().isEmpty()
                ? pod.getSpec().getHostname()
                : pod.getMetadata().getName();
        return name.length() <= HOSTNAME_LENGTH
                ? name
                : name.substring(0, HOSTNAME_LENGTH).replaceAll("[-.]+$", "");
    }

    private static boolean privileged(Container container) {
        return container.getSecurityContext() != null
                && Boolean.TRUE.equals(container.getSecurityContext().getPrivileged());
    }

    private static List<PortMapping> ports(Pod pod) {
        return PodContainers.all(pod)
                .flatMap(container -> container.getPorts().stream())
                .filter(port -> port.getHostPort() != null && port.getHostPort() > 0)
                .map(port -> new PortMapping(
                        port.getProtocol() == null ? "TCP" : port.getProtocol().toUpperCase(Locale.ROOT),
                        port.getContainerPort(),
                        port.getHostPort(),
                        port.getHostIP() == null ? "" : port.getHostIP()))
                .toList();
    }

    private static Map<String, String> sysctls(Pod pod) {
        Map<String, String> sysctls = new HashMap<>();
        var context = pod.getSpec().getSecurityContext();
        if (context != null) {
            for (Sysctl sysctl : context.getSysctls()) {
                sysctls.put(sysctl.getName(), sysctl.getValue());
            }
        }
        return sysctls;
    }

    private static Optional<SandboxSpec.Identity> identity(Pod pod) {
        var context = pod.getSpec().getSecurityContext();
        if (context == null) {
            return Optional.empty();
        }
        return Optional.of(new SandboxSpec.Identity(
                Optional.ofNullable(context.getRunAsUser()),
                Optional.ofNullable(context.getRunAsGroup()),
                context.getSupplementalGroups()));
    }

    /** As upstream's cgroupfs driver names it: {@code /kubepods/burstable/podUID}, guaranteed ones one level higher. */
    static String cgroup(Pod pod, String root) {
        String qos = ResourceRules.qos(pod);
        return root + (qos.equals("Guaranteed") ? "" : "/" + qos.toLowerCase(Locale.ROOT)) + "/pod"
                + pod.getMetadata().getUid();
    }

    static Dns dns(Pod pod, ClusterDns cluster, Dns node) {
        String policy = pod.getSpec().getDnsPolicy() == null
                ? "ClusterFirst"
                : pod.getSpec().getDnsPolicy();
        boolean clusterFirst = policy.equals("ClusterFirstWithHostNet")
                || (policy.equals("ClusterFirst") && !PodContainers.hostNetwork(pod));
        Dns base;
        if (policy.equals("None")) {
            base = new Dns(List.of(), List.of(), List.of());
        } else if (clusterFirst && !cluster.servers().isEmpty()) {
            String services = "svc." + cluster.domain();
            var searches = new ArrayList<>(
                    List.of(pod.getMetadata().getNamespace() + "." + services, services, cluster.domain()));
            searches.addAll(node.searches());
            base = new Dns(cluster.servers(), searches, List.of("ndots:5"));
        } else {
            base = node;
        }
        return merge(base, pod.getSpec().getDnsConfig());
    }

    private static Dns merge(Dns base, @Nullable PodDNSConfig own) {
        if (own == null) {
            return base;
        }
        Map<String, String> options = new LinkedHashMap<>();
        base.options().forEach(option -> options.put(option.split(":", 2)[0], option));
        own.getOptions()
                .forEach(option -> options.put(
                        option.getName(),
                        option.getValue() == null || option.getValue().isEmpty()
                                ? option.getName()
                                : option.getName() + ":" + option.getValue()));
        return new Dns(
                together(base.servers(), own.getNameservers()),
                together(base.searches(), own.getSearches()),
                List.copyOf(options.values()));
    }

    private static List<String> together(List<String> one, List<String> other) {
        var all = new LinkedHashSet<>(one);
        all.addAll(other);
        return List.copyOf(all);
    }
}
