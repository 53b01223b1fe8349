package io.kybern.operators.controller.clusterroleaggregation;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBuilder;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ClusterRoleAggregationControllerTest {
    private static ClusterRole role(String name, Map<String, String> labels, String... resources) {
        return new ClusterRoleBuilder()
                .withNewMetadata()
                .withName(name)
                .withLabels(labels)
                .endMetadata()
                .addNewRule()
                .withApiGroups("")
                .withResources(resources)
                .withVerbs("get")
                .endRule()
                .build();
    }

    @Test
    void takesTheRulesOfWhatItSelectsEachOnceByName() {
        ClusterRole view = new ClusterRoleBuilder()
                .withNewMetadata()
                .withName("view")
                .withLabels(Map.of("to-view", "true"))
                .endMetadata()
                .withNewAggregationRule()
                .addNewClusterRoleSelector()
                .withMatchLabels(Map.of("to-view", "true"))
                .endClusterRoleSelector()
                .endAggregationRule()
                .build();
        List<PolicyRule> rules = ClusterRoleAggregationController.rules(
                view,
                List.of(
                        view,
                        role("b", Map.of("to-view", "true"), "pods"),
                        role("a", Map.of("to-view", "true"), "services"),
                        role("c", Map.of("to-view", "true"), "pods"),
                        role("other", Map.of(), "secrets")));
        assertThat(rules).extracting(rule -> rule.getResources().getFirst()).containsExactly("services", "pods");
    }
}
