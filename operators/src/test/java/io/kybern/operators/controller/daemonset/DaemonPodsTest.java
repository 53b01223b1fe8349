package io.kybern.operators.controller.daemonset;

import static io.kybern.operators.controller.daemonset.DaemonFixture.set;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Toleration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DaemonPodsTest {
    @Test
    void namesItsNodeItsRevisionAndWhatItPutsUpWith() {
        var set = set().editMetadata()
                .addToAnnotations("deprecated.daemonset.template.generation", "3")
                .endMetadata()
                .editSpec()
                .editTemplate()
                .editSpec()
                .addNewToleration("NoExecute", "node.kubernetes.io/not-ready", "Exists", 5L, null)
                .addNewToleration(null, "a", "Exists", null, null)
                .withNewAffinity()
                .withNewNodeAffinity()
                .withNewRequiredDuringSchedulingIgnoredDuringExecution()
                .addNewNodeSelectorTerm()
                .addNewMatchExpression()
                .withKey("disk")
                .withOperator("Exists")
                .endMatchExpression()
                .endNodeSelectorTerm()
                .endRequiredDuringSchedulingIgnoredDuringExecution()
                .endNodeAffinity()
                .endAffinity()
                .endSpec()
                .endTemplate()
                .endSpec()
                .build();
        var pod = DaemonPods.pod(set, "abc", "n0");
        assertThat(pod.getMetadata().getLabels())
                .isEqualTo(Map.of("app", "agent", "controller-revision-hash", "abc", "pod-template-generation", "3"));
        assertThat(pod.getMetadata().getGenerateName()).isEqualTo("agent-");
        assertThat(pod.getSpec().getTolerations())
                .extracting(Toleration::getKey)
                .containsExactly(
                        "node.kubernetes.io/not-ready",
                        "a",
                        "node.kubernetes.io/unreachable",
                        "node.kubernetes.io/disk-pressure",
                        "node.kubernetes.io/memory-pressure",
                        "node.kubernetes.io/pid-pressure",
                        "node.kubernetes.io/unschedulable");
        assertThat(pod.getSpec().getTolerations().getFirst().getTolerationSeconds())
                .isNull();
        var terms = pod.getSpec()
                .getAffinity()
                .getNodeAffinity()
                .getRequiredDuringSchedulingIgnoredDuringExecution()
                .getNodeSelectorTerms();
        assertThat(terms).singleElement().satisfies(term -> {
            assertThat(term.getMatchExpressions()).isEmpty();
            assertThat(term.getMatchFields().getFirst().getValues()).containsExactly("n0");
        });
        assertThat(DaemonPods.node(pod)).contains("n0");
        assertThat(DaemonPods.isUpdated(set, "other", pod))
                .as("the generation is enough")
                .isTrue();
        pod.getMetadata().getLabels().put("pod-template-generation", "2");
        assertThat(DaemonPods.isUpdated(set, "other", pod)).isFalse();
        assertThat(DaemonPods.isUpdated(set, "abc", pod)).isTrue();
    }
}
