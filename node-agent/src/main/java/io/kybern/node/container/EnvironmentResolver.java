package io.kybern.node.container;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvFromSource;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarSource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Secret;
import io.kybern.node.client.ClusterObjects;
import io.kybern.node.pod.PodContainers;
import io.kybern.node.runtime.ContainerFailure;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A container's environment, in upstream's order of precedence: services, then {@code envFrom}, then {@code env}, where a
 * value may name variables above it.
 */
final class EnvironmentResolver {
    private final ClusterObjects objects;
    private final List<String> hostAddresses;
    private final Map<String, Quantity> allocatable;

    EnvironmentResolver(ClusterObjects objects, List<String> hostAddresses, Map<String, Quantity> allocatable) {
        this.objects = objects;
        this.hostAddresses = hostAddresses;
        this.allocatable = allocatable;
    }

    Map<String, String> resolve(Pod pod, Container container, List<String> addresses) {
        Map<String, String> environment = new LinkedHashMap<>();
        services(pod, environment);
        for (EnvFromSource source : container.getEnvFrom()) {
            from(pod, source, environment);
        }
        for (EnvVar variable : container.getEnv()) {
            value(pod, container, variable, environment, addresses)
                    .ifPresent(value -> environment.put(variable.getName(), value));
        }
        return environment;
    }

    /** Without service links the API server's own service is still there. */
    private void services(Pod pod, Map<String, String> environment) {
        objects.services("default").stream()
                .filter(service -> service.getMetadata().getName().equals("kubernetes"))
                .forEach(service -> ServiceVariables.add(service, environment));
        if (!Boolean.FALSE.equals(pod.getSpec().getEnableServiceLinks())) {
            objects.services(pod.getMetadata().getNamespace())
                    .forEach(service -> ServiceVariables.add(service, environment));
        }
    }

    private void from(Pod pod, EnvFromSource source, Map<String, String> environment) {
        String prefix = source.getPrefix() == null ? "" : source.getPrefix();
        var map = source.getConfigMapRef();
        if (map != null) {
            configMap(pod, map.getName(), map.getOptional())
                    .ifPresent(data -> data.forEach((key, value) -> environment.put(prefix + key, value)));
        }
        var secret = source.getSecretRef();
        if (secret != null) {
            secret(pod, secret.getName(), secret.getOptional())
                    .ifPresent(data -> data.forEach((key, value) -> environment.put(prefix + key, value)));
        }
    }

    private Optional<String> value(
            Pod pod, Container container, EnvVar variable, Map<String, String> known, List<String> addresses) {
        EnvVarSource source = variable.getValueFrom();
        if (source == null) {
            return Optional.of(Expansion.expand(variable.getValue() == null ? "" : variable.getValue(), known));
        }
        if (source.getFieldRef() != null) {
            return Optional.of(
                    FieldReferences.value(pod, source.getFieldRef().getFieldPath(), addresses, hostAddresses));
        }
        if (source.getResourceFieldRef() != null) {
            var reference = source.getResourceFieldRef();
            Container of = reference.getContainerName() == null
                    ? container
                    : PodContainers.find(pod, reference.getContainerName()).orElse(container);
            return Optional.of(
                    ResourceRules.reference(of, reference.getResource(), reference.getDivisor(), allocatable));
        }
        if (source.getConfigMapKeyRef() != null) {
            var reference = source.getConfigMapKeyRef();
            return configMap(pod, reference.getName(), reference.getOptional())
                    .flatMap(data -> key(
                            data,
                            "ConfigMap " + pod.getMetadata().getNamespace() + "/" + reference.getName(),
                            reference.getKey(),
                            reference.getOptional()));
        }
        if (source.getSecretKeyRef() != null) {
            var reference = source.getSecretKeyRef();
            return secret(pod, reference.getName(), reference.getOptional())
                    .flatMap(data -> key(
                            data,
                            "Secret " + pod.getMetadata().getNamespace() + "/" + reference.getName(),
                            reference.getKey(),
                            reference.getOptional()));
        }
        throw configError("variable " + variable.getName() + " has a source that this node does not know");
    }

    private Optional<Map<String, String>> configMap(Pod pod, String name, @Nullable Boolean optional) {
        Optional<ConfigMap> found = objects.configMap(pod.getMetadata().getNamespace(), name);
        require(found, "configmap", name, optional);
        return found.map(map -> map.getData() == null ? Map.of() : map.getData());
    }

    private Optional<Map<String, String>> secret(Pod pod, String name, @Nullable Boolean optional) {
        Optional<Secret> found = objects.secret(pod.getMetadata().getNamespace(), name);
        require(found, "secret", name, optional);
        return found.map(secret -> {
            Map<String, String> decoded = new HashMap<>();
            if (secret.getData() != null) {
                secret.getData()
                        .forEach((key, value) -> decoded.put(
                                key, new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8)));
            }
            return decoded;
        });
    }

    private static void require(Optional<?> found, String kind, String name, @Nullable Boolean optional) {
        if (found.isEmpty() && !Boolean.TRUE.equals(optional)) {
            throw configError(kind + " \"" + name + "\" not found");
        }
    }

    private static Optional<String> key(
            Map<String, String> data, String owner, String key, @Nullable Boolean optional) {
        String value = data.get(key);
        if (value == null && !Boolean.TRUE.equals(optional)) {
            throw configError("couldn't find key " + key + " in " + owner);
        }
        return Optional.ofNullable(value);
    }

    private static ContainerFailure configError(String message) {
        return new ContainerFailure("CreateContainerConfigError", message);
    }
}
