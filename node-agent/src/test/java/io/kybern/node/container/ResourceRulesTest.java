package io.kybern.node.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.kybern.node.pod.Pods;
import io.kybern.node.runtime.ContainerSpec.Resources;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ResourceRulesTest {
    private static final Map<String, Quantity> NODE = Map.of("cpu", new Quantity("4"), "memory", new Quantity("8Gi"));

    private final Container limited = new ContainerBuilder(Pods.container("main"))
            .withNewResources()
            .addToRequests("cpu", new Quantity("100m"))
            .addToRequests("memory", new Quantity("1Gi"))
            .addToLimits("cpu", new Quantity("250m"))
            .addToLimits("memory", new Quantity("2Gi"))
            .endResources()
            .build();

    @Test
    void limitsBecomeCgroupValues() {
        var pod = Pods.pod("Always", "main");
        pod.getSpec().setContainers(List.of(limited));
        assertThat(ResourceRules.of(pod, limited, NODE)).isEqualTo(new Resources(102, 25_000, 100_000, 2L << 30, 875));
        assertThat(ResourceRules.of(Pods.pod("Always", "main"), Pods.container("main"), NODE))
                .isEqualTo(new Resources(2, 0, 0, 0, 1000));
    }

    @Test
    void referencesAreRoundedUpAndFallBackToTheNode() {
        assertThat(ResourceRules.reference(limited, "limits.cpu", null, NODE)).isEqualTo("1");
        assertThat(ResourceRules.reference(limited, "limits.cpu", new Quantity("1m"), NODE))
                .isEqualTo("250");
        assertThat(ResourceRules.reference(limited, "limits.memory", new Quantity("1Mi"), NODE))
                .isEqualTo("2048");
        assertThat(ResourceRules.reference(Pods.container("main"), "limits.cpu", null, NODE))
                .isEqualTo("4");
        assertThat(ResourceRules.reference(Pods.container("main"), "requests.cpu", null, NODE))
                .isEqualTo("0");
    }
}
