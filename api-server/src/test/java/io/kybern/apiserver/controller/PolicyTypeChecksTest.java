package io.kybern.apiserver.controller;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ExpressionWarning;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingAdmissionPolicy;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingAdmissionPolicyBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.kybern.apiserver.inprocess.TestServer;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Texts are those of kube-controller-manager. */
class PolicyTypeChecksTest {
    private final TestServer server = new TestServer();
    private final KubernetesClient client = server.client();

    @BeforeEach
    void start() {
        server.server().checkPolicies(true);
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    private ValidatingAdmissionPolicy checked(String expression, String... resources) {
        client.resource(new ValidatingAdmissionPolicyBuilder()
                        .withNewMetadata()
                        .withName("p")
                        .endMetadata()
                        .withNewSpec()
                        .withNewMatchConstraints()
                        .addNewResourceRule()
                        .withApiGroups("apps")
                        .withApiVersions("v1")
                        .withOperations("CREATE")
                        .withResources(resources)
                        .endResourceRule()
                        .endMatchConstraints()
                        .addNewVariable()
                        .withName("replicas")
                        .withExpression("object.spec.replicas")
                        .endVariable()
                        .addNewValidation()
                        .withExpression(expression)
                        .endValidation()
                        .endSpec()
                        .build())
                .create();
        return client.resources(ValidatingAdmissionPolicy.class)
                .withName("p")
                .waitUntilCondition(
                        p -> p != null && p.getStatus() != null && p.getStatus().getObservedGeneration() != null,
                        30,
                        TimeUnit.SECONDS);
    }

    @Test
    void mistakesAreWarnedOfForEachKind() {
        ValidatingAdmissionPolicy policy = checked("object.foo == 1", "replicasets", "deployments");
        assertThat(policy.getStatus().getObservedGeneration()).isEqualTo(1);
        List<ExpressionWarning> warnings = policy.getStatus().getTypeChecking().getExpressionWarnings();
        assertThat(warnings).hasSize(1);
        assertThat(warnings.getFirst().getFieldRef()).isEqualTo("spec.validations[0].expression");
        assertThat(warnings.getFirst().getWarning())
                .isEqualTo("apps/v1, Kind=Deployment: ERROR: <input>:1:7: undefined field 'foo'\n | object.foo == 1\n"
                        + " | ......^\n\napps/v1, Kind=ReplicaSet: ERROR: <input>:1:7: undefined field 'foo'\n"
                        + " | object.foo == 1\n | ......^\n");
    }

    @Test
    void variablesHaveTypes() {
        ValidatingAdmissionPolicy policy = checked("variables.replicas > \"x\"", "deployments");
        assertThat(policy.getStatus()
                        .getTypeChecking()
                        .getExpressionWarnings()
                        .getFirst()
                        .getWarning())
                .contains("found no matching overload for '_>_' applied to '(int, string)'");
    }

    @Test
    void nothingIsSaidOfWhatIsRight() throws IOException {
        checked("variables.replicas > 1 && object.spec.strategy.rollingUpdate.maxSurge == 3", "deployments");
        String path = "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies/p";
        JsonNode status = new ObjectMapper().readTree(client.raw(path)).path("status");
        assertThat(status.toString()).isEqualTo("{\"observedGeneration\":1,\"typeChecking\":{}}");
    }
}
