package io.kybern.node.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** {@link ClusterObjects} by a read each time: a pod's start asks for few, and must see what was just written. */
public final class HttpClusterObjects implements ClusterObjects {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final KubernetesClient client;
    private final ApiRequests requests;

    public HttpClusterObjects(KubernetesClient client, ApiRequests requests) {
        this.client = client;
        this.requests = requests;
    }

    @Override
    public Optional<ConfigMap> configMap(String namespace, String name) {
        return Optional.ofNullable(
                client.configMaps().inNamespace(namespace).withName(name).get());
    }

    @Override
    public Optional<Secret> secret(String namespace, String name) {
        return Optional.ofNullable(
                client.secrets().inNamespace(namespace).withName(name).get());
    }

    @Override
    public List<Service> services(String namespace) {
        return client.services().inNamespace(namespace).list().getItems();
    }

    @Override
    public Token token(Pod pod, String audience, long expirationSeconds) {
        String account = Optional.ofNullable(pod.getSpec().getServiceAccountName())
                .filter(name -> !name.isEmpty())
                .orElse("default");
        ObjectNode request = JSON.createObjectNode()
                .put("apiVersion", "authentication.k8s.io/v1")
                .put("kind", "TokenRequest");
        ObjectNode spec = request.putObject("spec").put("expirationSeconds", expirationSeconds);
        if (!audience.isEmpty()) {
            spec.putArray("audiences").add(audience);
        }
        spec.putObject("boundObjectRef")
                .put("apiVersion", "v1")
                .put("kind", "Pod")
                .put("name", pod.getMetadata().getName())
                .put("uid", pod.getMetadata().getUid());
        String path =
                "api/v1/namespaces/" + pod.getMetadata().getNamespace() + "/serviceaccounts/" + account + "/token";
        var answer = requests.send("POST", ApiRequests.JSON, path, request);
        answer.expectSuccess("get a token of service account " + account);
        JsonNode status = answer.json().path("status");
        return new Token(
                status.path("token").asText(),
                Instant.parse(status.path("expirationTimestamp").asText()).getEpochSecond());
    }
}
