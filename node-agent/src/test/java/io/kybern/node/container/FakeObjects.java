package io.kybern.node.container;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.kybern.node.client.ClusterObjects;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Objects in memory: config maps and secrets by name, one service. */
public final class FakeObjects implements ClusterObjects {
    public final Map<String, Map<String, String>> configMaps = new HashMap<>();
    public final Map<String, Map<String, String>> secrets = new HashMap<>();

    @Override
    public Optional<ConfigMap> configMap(String namespace, String name) {
        return Optional.ofNullable(configMaps.get(name))
                .map(data -> new ConfigMapBuilder().withData(data).build());
    }

    @Override
    public Optional<Secret> secret(String namespace, String name) {
        return Optional.ofNullable(secrets.get(name)).map(data -> {
            var secret = new SecretBuilder();
            data.forEach((key, value) ->
                    secret.addToData(key, Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8))));
            return secret.build();
        });
    }

    @Override
    public List<Service> services(String namespace) {
        String name = namespace.equals("default") ? "kubernetes" : "redis-primary";
        return List.of(new ServiceBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .withNewSpec()
                .withClusterIP("10.0.0.11")
                .addNewPort()
                .withName("client")
                .withPort(6379)
                .withProtocol("TCP")
                .endPort()
                .endSpec()
                .build());
    }

    @Override
    public Token token(Pod pod, String audience, long expirationSeconds) {
        return new Token("token for " + audience, 4_000_000_000L);
    }
}
