package io.kybern.node.volume;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.DownwardAPIVolumeFile;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.ServiceAccountTokenProjection;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import io.kybern.node.client.ClusterObjects;
import io.kybern.node.container.FieldReferences;
import io.kybern.node.container.ResourceRules;
import io.kybern.node.pod.PodContainers;
import io.kybern.node.runtime.ContainerFailure;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The files of configMap, secret, downwardAPI and projected volumes. */
final class ProjectedFiles {
    private static final int DEFAULT_MODE = 0644;
    private static final long DEFAULT_TOKEN_SECONDS = 3600;

    private final ClusterObjects objects;
    private final TokenCache tokens;
    private final List<String> hostAddresses;
    private final Map<String, Quantity> allocatable;

    ProjectedFiles(
            ClusterObjects objects, TokenCache tokens, List<String> hostAddresses, Map<String, Quantity> allocatable) {
        this.objects = objects;
        this.tokens = tokens;
        this.hostAddresses = hostAddresses;
        this.allocatable = allocatable;
    }

    /** The files by path; empty when the volume's content does not come from the API. */
    Optional<Map<String, VolumeFile>> of(Pod pod, Volume volume) {
        Map<String, VolumeFile> files = new HashMap<>();
        if (volume.getConfigMap() != null) {
            var source = volume.getConfigMap();
            configMap(
                    pod,
                    source.getName(),
                    source.getOptional(),
                    source.getItems(),
                    mode(source.getDefaultMode()),
                    files);
        } else if (volume.getSecret() != null) {
            var source = volume.getSecret();
            secret(
                    pod,
                    source.getSecretName(),
                    source.getOptional(),
                    source.getItems(),
                    mode(source.getDefaultMode()),
                    files);
        } else if (volume.getDownwardAPI() != null) {
            var source = volume.getDownwardAPI();
            downward(pod, source.getItems(), mode(source.getDefaultMode()), files);
        } else if (volume.getProjected() != null) {
            int mode = mode(volume.getProjected().getDefaultMode());
            volume.getProjected().getSources().forEach(source -> project(pod, volume, source, mode, files));
        } else {
            return Optional.empty();
        }
        return Optional.of(files);
    }

    private void project(Pod pod, Volume volume, VolumeProjection source, int mode, Map<String, VolumeFile> files) {
        if (source.getConfigMap() != null) {
            var map = source.getConfigMap();
            configMap(pod, map.getName(), map.getOptional(), map.getItems(), mode, files);
        } else if (source.getSecret() != null) {
            var secret = source.getSecret();
            secret(pod, secret.getName(), secret.getOptional(), secret.getItems(), mode, files);
        } else if (source.getDownwardAPI() != null) {
            downward(pod, source.getDownwardAPI().getItems(), mode, files);
        } else if (source.getServiceAccountToken() != null) {
            token(pod, source.getServiceAccountToken(), mode, files);
        } else {
            throw new ContainerFailure(
                    "FailedMount", "volume " + volume.getName() + " projects a source that this node does not know");
        }
    }

    private void token(Pod pod, ServiceAccountTokenProjection source, int mode, Map<String, VolumeFile> files) {
        String audience = source.getAudience() == null ? "" : source.getAudience();
        long seconds = source.getExpirationSeconds() == null ? DEFAULT_TOKEN_SECONDS : source.getExpirationSeconds();
        String token = tokens.token(pod, audience, seconds);
        files.put(source.getPath(), new VolumeFile(token.getBytes(StandardCharsets.UTF_8), mode));
    }

    private void configMap(
            Pod pod,
            String name,
            @Nullable Boolean optional,
            List<KeyToPath> items,
            int mode,
            Map<String, VolumeFile> files) {
        Optional<ConfigMap> found = objects.configMap(pod.getMetadata().getNamespace(), name);
        if (absent(found, "configmap", name, optional)) {
            return;
        }
        Map<String, byte[]> data = new HashMap<>();
        ConfigMap map = found.orElseThrow();
        if (map.getData() != null) {
            map.getData().forEach((key, value) -> data.put(key, value.getBytes(StandardCharsets.UTF_8)));
        }
        if (map.getBinaryData() != null) {
            map.getBinaryData()
                    .forEach((key, value) -> data.put(key, Base64.getDecoder().decode(value)));
        }
        select(data, "configmap " + name, optional, items, mode, files);
    }

    private void secret(
            Pod pod,
            String name,
            @Nullable Boolean optional,
            List<KeyToPath> items,
            int mode,
            Map<String, VolumeFile> files) {
        Optional<Secret> found = objects.secret(pod.getMetadata().getNamespace(), name);
        if (absent(found, "secret", name, optional)) {
            return;
        }
        Map<String, byte[]> data = new HashMap<>();
        Secret secret = found.orElseThrow();
        if (secret.getData() != null) {
            secret.getData()
                    .forEach((key, value) -> data.put(key, Base64.getDecoder().decode(value)));
        }
        select(data, "secret " + name, optional, items, mode, files);
    }

    private static boolean absent(Optional<?> found, String kind, String name, @Nullable Boolean optional) {
        if (found.isEmpty() && !Boolean.TRUE.equals(optional)) {
            throw new ContainerFailure("FailedMount", kind + " \"" + name + "\" not found");
        }
        return found.isEmpty();
    }

    private static void select(
            Map<String, byte[]> data,
            String owner,
            @Nullable Boolean optional,
            List<KeyToPath> items,
            int mode,
            Map<String, VolumeFile> files) {
        if (items.isEmpty()) {
            data.forEach((key, value) -> files.put(key, new VolumeFile(value, mode)));
            return;
        }
        for (KeyToPath item : items) {
            byte[] value = data.get(item.getKey());
            if (value != null) {
                files.put(item.getPath(), new VolumeFile(value, item.getMode() == null ? mode : item.getMode()));
            } else if (!Boolean.TRUE.equals(optional)) {
                throw new ContainerFailure("FailedMount", owner + " has no key " + item.getKey());
            }
        }
    }

    private void downward(Pod pod, List<DownwardAPIVolumeFile> items, int mode, Map<String, VolumeFile> files) {
        for (DownwardAPIVolumeFile item : items) {
            String value;
            if (item.getFieldRef() != null) {
                value = FieldReferences.value(pod, item.getFieldRef().getFieldPath(), List.of(), hostAddresses);
            } else {
                var reference = item.getResourceFieldRef();
                value = PodContainers.find(pod, reference.getContainerName())
                        .map(container -> ResourceRules.reference(
                                container, reference.getResource(), reference.getDivisor(), allocatable))
                        .orElse("");
            }
            files.put(
                    item.getPath(),
                    new VolumeFile(
                            value.getBytes(StandardCharsets.UTF_8), item.getMode() == null ? mode : item.getMode()));
        }
    }

    private static int mode(@Nullable Integer mode) {
        return mode == null ? DEFAULT_MODE : mode;
    }
}
