package io.kybern.apiserver.admission.policy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.kybern.apiserver.inprocess.TestServer;

/** A server with policies. */
final class PolicyServer implements AutoCloseable {
    static final String GROUP = "/apis/admissionregistration.k8s.io/v1/";
    static final String MAPS = "/api/v1/namespaces/default/configmaps";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final TestServer server = new TestServer();
    private final KubernetesClient client = server.client();

    /** What a refused request was answered with. */
    record Refusal(int code, String reason, String message) {}

    TestServer server() {
        return server;
    }

    /** JSON with single quotes for double ones. */
    static JsonNode json(String text) {
        try {
            return JSON.readTree(text.replace('\'', '"'));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    JsonNode send(String method, String path, String body) {
        String answer = client.raw(path, method, body.isEmpty() ? null : json(body));
        return answer == null ? JSON.missingNode() : parsed(answer);
    }

    private static JsonNode parsed(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    Refusal refused(String method, String path, String body) {
        try {
            JsonNode answer = send(method, path, body);
            throw new AssertionError("not refused: " + answer);
        } catch (KubernetesClientException e) {
            return new Refusal(
                    e.getCode(), e.getStatus().getReason(), e.getStatus().getMessage());
        }
    }

    /**
     * Creates a policy and its binding, both of one name.
     *
     * @param kind {@code Validating} or {@code Mutating}
     * @param spec what is special about the policy's
     * @param binding what is special about the binding's
     */
    void policy(String kind, String name, String resource, String operation, ObjectNode spec, String binding) {
        String group = resource.startsWith("deployments") ? "apps" : "";
        spec.set(
                "matchConstraints",
                json("{'resourceRules':[{'apiGroups':['" + group + "'],'apiVersions':['v1'],'operations':['" + operation
                        + "'],'resources':['" + resource + "']}]}"));
        ObjectNode policy = (ObjectNode) json("{'apiVersion':'admissionregistration.k8s.io/v1','kind':'" + kind
                + "AdmissionPolicy','metadata':{'name':'" + name + "'}}");
        policy.set("spec", spec);
        client.raw(GROUP + kind.toLowerCase(java.util.Locale.ROOT) + "admissionpolicies", "POST", policy);
        ObjectNode bound = (ObjectNode) json("{'apiVersion':'admissionregistration.k8s.io/v1','kind':'" + kind
                + "AdmissionPolicyBinding','metadata':{'name':'" + name + "'}}");
        ObjectNode bindingSpec = (ObjectNode) json(binding);
        bindingSpec.put("policyName", name);
        bound.set("spec", bindingSpec);
        client.raw(GROUP + kind.toLowerCase(java.util.Locale.ROOT) + "admissionpolicybindings", "POST", bound);
    }

    /** A policy that applies what each of the expressions makes. */
    void applies(String name, String resource, String... expressions) {
        ObjectNode spec = mutations("Never");
        for (String expression : expressions) {
            ObjectNode mutation = spec.withArray("mutations").addObject().put("patchType", "ApplyConfiguration");
            mutation.putObject("applyConfiguration").put("expression", expression);
        }
        policy("Mutating", name, resource, "CREATE", spec, "{}");
    }

    void patches(String name, String resource, String expression) {
        ObjectNode spec = mutations("Never");
        ObjectNode mutation = spec.withArray("mutations").addObject().put("patchType", "JSONPatch");
        mutation.putObject("jsonPatch").put("expression", expression);
        policy("Mutating", name, resource, "CREATE", spec, "{}");
    }

    static ObjectNode mutations(String reinvocation) {
        return JSON.createObjectNode().put("reinvocationPolicy", reinvocation);
    }

    /** A policy that denies what does not satisfy the expression. */
    void validates(String name, String resource, String operation, String expression) {
        ObjectNode spec = JSON.createObjectNode();
        spec.putArray("validations").addObject().put("expression", expression);
        policy("Validating", name, resource, operation, spec, "{'validationActions':['Deny']}");
    }

    @Override
    public void close() {
        client.close();
        server.close();
    }
}
