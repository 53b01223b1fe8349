package io.kybern.apiserver.customresource.behaviour;

import static io.kybern.apiserver.customresource.behaviour.Cluster.DEFINITIONS;
import static io.kybern.apiserver.customresource.behaviour.Cluster.condition;
import static io.kybern.apiserver.customresource.behaviour.Cluster.yaml;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.ANYTHING;
import static io.kybern.apiserver.customresource.behaviour.Gadgets.definition;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Groups of the community need its approval. */
class ApiApprovalTest {
    private static Cluster cluster;

    @BeforeAll
    static void start() {
        cluster = Cluster.start();
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    private static ObjectNode community(String plural, String annotation) {
        ObjectNode definition = definition("sigs.k8s.io", "Cluster", ANYTHING);
        definition.withObject("/metadata").put("name", plural + ".sigs.k8s.io");
        if (!annotation.isEmpty()) {
            definition.withObject("/metadata").withObject("/annotations").put("api-approved.kubernetes.io", annotation);
        }
        definition
                .withObject("/spec")
                .set(
                        "names",
                        yaml("{plural: %s, singular: %s1, kind: K%s, listKind: L%s}"
                                .formatted(plural, plural, plural, plural)));
        return definition;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            approved | https://github.com/kubernetes/kubernetes/pull/79724 | True | approved in https://github.com/kubernetes/kubernetes/pull/79724
            passed | unapproved, experimental | False | not approved: "unapproved, experimental"
            """)
    void aConditionTellsOfTheApproval(String plural, String annotation, String status, String message) {
        cluster.define(community(plural, annotation));
        JsonNode definition = cluster.await(
                DEFINITIONS + "/" + plural + ".sigs.k8s.io",
                d -> condition(d, "KubernetesAPIApprovalPolicyConformant").equals(status));
        assertThat(definition.at("/status/conditions").findValuesAsText("message"))
                .contains(message);
    }

    @Test
    void otherGroupsHaveNoSuchCondition() {
        JsonNode definition = cluster.define(definition(cluster.newGroup(), "Cluster", ANYTHING));
        assertThat(condition(definition, "KubernetesAPIApprovalPolicyConformant"))
                .isEmpty();
    }

    @Test
    void withoutAnyWordOfItTheKindIsRefused() {
        assertThat(cluster.create(DEFINITIONS, community("missing", "")).refused(422))
                .contains("metadata.annotations[api-approved.kubernetes.io]: Required value: protected groups must have"
                        + " approval annotation \"api-approved.kubernetes.io\"");
        assertThat(cluster.create(DEFINITIONS, community("wrong", "whatever")).refused(422))
                .contains("with either a URL or a reason starting with \"unapproved\"");
    }
}
