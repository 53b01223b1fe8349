package io.kybern.node.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.PodBuilder;
import io.kybern.node.NodeAgentConfig.ClusterDns;
import io.kybern.node.pod.Pods;
import io.kybern.node.runtime.SandboxSpec.Dns;
import java.util.List;
import org.junit.jupiter.api.Test;

class SandboxRulesTest {
    private static final ClusterDns CLUSTER = new ClusterDns(List.of("10.0.0.10"), "cluster.local");
    private static final Dns NODE = new Dns(List.of("192.0.2.53"), List.of("example.org"), List.of("timeout:1"));

    @Test
    void dnsFollowsThePolicy() {
        var pod = Pods.pod("Always", "main");
        assertThat(SandboxRules.dns(pod, CLUSTER, NODE))
                .isEqualTo(new Dns(
                        List.of("10.0.0.10"),
                        List.of("ns.svc.cluster.local", "svc.cluster.local", "cluster.local", "example.org"),
                        List.of("ndots:5")));
        assertThat(SandboxRules.dns(pod, ClusterDns.NONE, NODE)).isEqualTo(NODE);
        var own = new PodBuilder(pod)
                .editSpec()
                .withDnsPolicy("None")
                .withNewDnsConfig()
                .withNameservers("192.0.2.1")
                .withSearches("a.test")
                .addNewOption("ndots", "2")
                .endDnsConfig()
                .endSpec()
                .build();
        assertThat(SandboxRules.dns(own, CLUSTER, NODE))
                .isEqualTo(new Dns(List.of("192.0.2.1"), List.of("a.test"), List.of("ndots:2")));
    }

    @Test
    void cgroupsAreNamedByQualityOfService() {
        assertThat(SandboxRules.cgroup(Pods.pod("Always", "main"), "/kubepods"))
                .isEqualTo("/kubepods/besteffort/poduid-p");
    }

    @Test
    void theHostsFileNamesThePod() {
        var pod = new PodBuilder(Pods.pod("Always", "main"))
                .editSpec()
                .withHostname("web-0")
                .withSubdomain("web")
                .addNewHostAlias()
                .withIp("192.0.2.7")
                .withHostnames("db", "db.test")
                .endHostAlias()
                .endSpec()
                .build();
        assertThat(HostsFile.of(pod, List.of("10.1.2.3"), CLUSTER))
                .startsWith("# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n")
                .contains("10.1.2.3\tweb-0.web.ns.svc.cluster.local\tweb-0\n")
                .endsWith("192.0.2.7\tdb\tdb.test\n");
    }
}
