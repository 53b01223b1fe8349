package io.kybern.node.container;

import io.fabric8.kubernetes.api.model.HostAlias;
import io.fabric8.kubernetes.api.model.Pod;
import io.kybern.node.NodeAgentConfig.ClusterDns;
import java.util.List;

/** The text of a pod's {@code /etc/hosts}. */
final class HostsFile {
    private static final String HEADER = "# Kubernetes-managed hosts file.\n";

    private HostsFile() {}

    static String of(Pod pod, List<String> addresses, ClusterDns dns) {
        var text = new StringBuilder(HEADER)
                .append("127.0.0.1\tlocalhost\n")
                .append("::1\tlocalhost ip6-localhost ip6-loopback\n")
                .append("fe00::0\tip6-localnet\n")
                .append("fe00::0\tip6-mcastprefix\n")
                .append("fe00::1\tip6-allnodes\n")
                .append("fe00::2\tip6-allrouters\n");
        String hostname = SandboxRules.hostname(pod);
        String subdomain = pod.getSpec().getSubdomain();
        for (String address : addresses) {
            text.append(address).append('\t');
            if (subdomain != null && !subdomain.isEmpty()) {
                text.append(hostname)
                        .append('.')
                        .append(subdomain)
                        .append('.')
                        .append(pod.getMetadata().getNamespace())
                        .append(".svc.")
                        .append(dns.domain())
                        .append('\t');
            }
            text.append(hostname).append('\n');
        }
        return text.append(aliases(pod)).toString();
    }

    /** The node's own hosts file with the pod's aliases, for a pod on the node's network. */
    static String ofHostNetwork(Pod pod, String hosts) {
        return HEADER + hosts + aliases(pod);
    }

    private static String aliases(Pod pod) {
        List<HostAlias> aliases = pod.getSpec().getHostAliases();
        if (aliases.isEmpty()) {
            return "";
        }
        var text = new StringBuilder("\n# Entries added by HostAliases.\n");
        aliases.forEach(alias -> text.append(alias.getIp())
                .append('\t')
                .append(String.join("\t", alias.getHostnames()))
                .append('\n'));
        return text.toString();
    }
}
