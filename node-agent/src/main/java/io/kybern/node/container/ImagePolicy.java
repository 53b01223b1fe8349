package io.kybern.node.container;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.kybern.node.client.ClusterObjects;
import io.kybern.node.client.EventSink;
import io.kybern.node.client.EventSink.PodEvent;
import io.kybern.node.runtime.ContainerFailure;
import io.kybern.node.runtime.ContainerRuntime.Credentials;
import io.kybern.node.runtime.ContainerRuntime.ImageRecord;
import io.kybern.node.runtime.ContainerRuntime.ImageStore;
import io.kybern.node.runtime.SandboxSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/** Finds a container's image as its pull policy says, with credentials from the pod's pull secrets. */
final class ImagePolicy {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ImageStore images;
    private final ClusterObjects objects;
    private final EventSink events;

    ImagePolicy(ImageStore images, ClusterObjects objects, EventSink events) {
        this.images = images;
        this.objects = objects;
        this.events = events;
    }

    ImageRecord image(Pod pod, Container container, SandboxSpec sandbox) {
        String name = container.getImage();
        String policy = container.getImagePullPolicy() == null ? "IfNotPresent" : container.getImagePullPolicy();
        Optional<ImageRecord> present = images.find(name);
        if (policy.equals("Never") && present.isEmpty()) {
            events.send(
                    pod,
                    PodEvent.warning(
                            container.getName(),
                            "ErrImageNeverPull",
                            "Container image \"" + name + "\" is not present with pull policy of Never"));
            throw new ContainerFailure(
                    "ErrImageNeverPull", "Container image \"" + name + "\" is not present with pull policy of Never");
        }
        if (present.isPresent() && !policy.equals("Always")) {
            events.send(
                    pod,
                    PodEvent.normal(
                            container.getName(),
                            "Pulled",
                            "Container image \"" + name + "\" already present on machine"));
            return present.get();
        }
        events.send(pod, PodEvent.normal(container.getName(), "Pulling", "Pulling image \"" + name + "\""));
        ImageRecord pulled = images.pull(name, credentials(pod, name), sandbox);
        events.send(
                pod,
                PodEvent.normal(
                        container.getName(),
                        "Pulled",
                        "Successfully pulled image \"" + name + "\". Image size: " + pulled.bytes() + " bytes."));
        return pulled;
    }

    private Optional<Credentials> credentials(Pod pod, String image) {
        for (LocalObjectReference reference : pod.getSpec().getImagePullSecrets()) {
            Optional<Credentials> found = objects.secret(pod.getMetadata().getNamespace(), reference.getName())
                    .flatMap(secret -> credentials(secret, registry(image)));
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private static Optional<Credentials> credentials(Secret secret, String registry) {
        Map<String, String> data = secret.getData() == null ? Map.of() : secret.getData();
        String config = data.get(".dockerconfigjson");
        if (config == null) {
            return Optional.empty();
        }
        try {
            JsonNode entry = JSON.readTree(Base64.getDecoder().decode(config))
                    .path("auths")
                    .path(registry);
            if (entry.hasNonNull("username")) {
                return Optional.of(new Credentials(
                        entry.path("username").asText(), entry.path("password").asText(), Map.of()));
            }
            String[] auth = new String(
                            Base64.getDecoder().decode(entry.path("auth").asText("")), StandardCharsets.UTF_8)
                    .split(":", 2);
            return auth.length == 2 ? Optional.of(new Credentials(auth[0], auth[1], Map.of())) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** The registry that a pull secret names for an image: what stands before the first slash, or Docker's own. */
    static String registry(String image) {
        int slash = image.indexOf('/');
        String first = slash < 0 ? "" : image.substring(0, slash);
        boolean host = first.contains(".") || first.contains(":") || first.equals("localhost");
        return host ? first : "https://index.docker.io/v1/";
    }
}
