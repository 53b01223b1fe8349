package io.kybern.node.runtime;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a sandbox needs to be.
 *
 * @param cgroupParent the pod's cgroup as a path below the hierarchy's root; empty: the runtime's default
 * @param logDirectory where the containers' logs lie on the host; empty when the runtime keeps them itself
 */
public record SandboxSpec(
        PodIdentity pod,
        int attempt,
        String hostname,
        Map<String, String> labels,
        Map<String, String> annotations,
        Namespaces namespaces,
        List<PortMapping> ports,
        Optional<Dns> dns,
        Map<String, String> sysctls,
        Optional<Identity> identity,
        boolean privileged,
        String cgroupParent,
        String logDirectory) {

    /** Which of the host's namespaces are shared with the pod, and whether its containers share one process tree. */
    public record Namespaces(boolean hostNetwork, boolean hostPid, boolean hostIpc, boolean sharedProcesses) {
        public static final Namespaces OWN = new Namespaces(false, false, false, false);
    }

    /** A port of the host led to a port of the pod. */
    public record PortMapping(String protocol, int containerPort, int hostPort, String hostIp) {}

    /** The contents of the pod's {@code resolv.conf}. */
    public record Dns(List<String> servers, List<String> searches, List<String> options) {}

    /** The user and groups that the sandbox itself runs as. */
    public record Identity(Optional<Long> user, Optional<Long> group, List<Long> supplementalGroups) {}
}
