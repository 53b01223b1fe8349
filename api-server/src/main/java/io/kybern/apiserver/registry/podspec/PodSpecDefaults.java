package io.kybern.apiserver.registry.podspec;

import static io.kybern.crd.resource.Trees.defaultNumber;
import static io.kybern.crd.resource.Trees.defaultPointer;
import static io.kybern.crd.resource.Trees.defaultText;
import static io.kybern.crd.resource.Trees.defaultZero;
import static io.kybern.crd.resource.Trees.flag;
import static io.kybern.crd.resource.Trees.has;
import static io.kybern.crd.resource.Trees.object;
import static io.kybern.crd.resource.Trees.objects;
import static io.kybern.crd.resource.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Set;

/** Versioned defaults of pod specs. Source: {@code pkg/apis/core/v1/defaults.go} and the conversions beside it. */
public final class PodSpecDefaults {
    private static final List<String> CONTAINER_LISTS = List.of("containers", "initContainers", "ephemeralContainers");
    /** Annotations of alpha days that the original drops whenever it reads a pod or template. */
    private static final List<String> DROPPED_ANNOTATIONS = List.of(
            "pod.beta.kubernetes.io/init-containers",
            "pod.alpha.kubernetes.io/init-containers",
            "pod.beta.kubernetes.io/init-container-statuses",
            "pod.alpha.kubernetes.io/init-container-statuses");

    private static final Set<String> NOT_SOURCES = Set.of("name");

    private PodSpecDefaults() {}

    /** Defaults of a {@code PodTemplateSpec}. */
    public static void template(ObjectNode template) {
        spec(object(template, "spec"));
        dropAnnotations(template);
    }

    /** Defaults that a pod has in addition to those of its spec, in the order of the original: these come first. */
    public static void pod(ObjectNode pod) {
        ObjectNode spec = object(pod, "spec");
        for (String list : List.of("containers", "initContainers")) {
            for (ObjectNode container : objects(spec.path(list))) {
                requestsFromLimits(container);
            }
        }
        PodLevelResources.applyDefaults(spec);
        if (!spec.has("enableServiceLinks")) {
            spec.put("enableServiceLinks", true);
        }
        spec(spec);
        if (flag(spec, "hostNetwork")) {
            hostPorts(spec);
        }
        if (spec.path("terminationGracePeriodSeconds").asLong(0) < 0) {
            spec.put("terminationGracePeriodSeconds", 1L);
        }
        dropAnnotations(pod);
    }

    /** Defaults of a {@code PodSpec}. */
    public static void spec(ObjectNode spec) {
        defaultText(spec, "dnsPolicy", "ClusterFirst");
        defaultText(spec, "restartPolicy", "Always");
        object(spec, "securityContext");
        defaultNumber(spec, "terminationGracePeriodSeconds", 30);
        defaultText(spec, "schedulerName", "default-scheduler");
        serviceAccountAlias(spec);
        objects(spec.path("volumes")).forEach(PodSpecDefaults::volume);
        for (String list : CONTAINER_LISTS) {
            objects(spec.path(list)).forEach(PodSpecDefaults::container);
        }
        ResourceLists.roundUp(spec.path("overhead"));
        resources(spec.path("resources"));
    }

    /** {@code serviceAccount} is the old name of {@code serviceAccountName}; both are always shown. */
    private static void serviceAccountAlias(ObjectNode spec) {
        String name = text(spec, "serviceAccountName");
        if (name.isEmpty()) {
            name = text(spec, "serviceAccount");
        }
        if (!name.isEmpty()) {
            spec.put("serviceAccountName", name).put("serviceAccount", name);
        } else {
            spec.remove("serviceAccount");
        }
    }

    private static void container(ObjectNode container) {
        defaultText(
                container, "imagePullPolicy", ImageTag.isLatest(text(container, "image")) ? "Always" : "IfNotPresent");
        defaultText(container, "terminationMessagePath", "/dev/termination-log");
        defaultText(container, "terminationMessagePolicy", "File");
        for (ObjectNode port : objects(container.path("ports"))) {
            defaultText(port, "protocol", "TCP");
        }
        for (ObjectNode env : objects(container.path("env"))) {
            fieldRef(env.path("valueFrom"));
            if (env.path("valueFrom").path("fileKeyRef") instanceof ObjectNode file) {
                defaultOptional(file);
            }
        }
        resources(container.path("resources"));
        for (String probe : List.of("livenessProbe", "readinessProbe", "startupProbe")) {
            if (container.get(probe) instanceof ObjectNode node) {
                probe(node);
            }
        }
        JsonNode lifecycle = container.path("lifecycle");
        httpGet(lifecycle.path("postStart"));
        httpGet(lifecycle.path("preStop"));
    }

    private static void defaultOptional(ObjectNode file) {
        if (!file.has("optional")) {
            file.put("optional", false);
        }
    }

    private static void fieldRef(JsonNode holder) {
        if (holder.path("fieldRef") instanceof ObjectNode field) {
            defaultText(field, "apiVersion", "v1");
        }
    }

    private static void resources(JsonNode resources) {
        ResourceLists.roundUp(resources.path("limits"));
        ResourceLists.roundUp(resources.path("requests"));
    }

    private static void probe(ObjectNode probe) {
        defaultZero(probe, "timeoutSeconds", 1);
        defaultZero(probe, "periodSeconds", 10);
        defaultZero(probe, "successThreshold", 1);
        defaultZero(probe, "failureThreshold", 3);
        httpGet(probe);
        if (probe.path("grpc") instanceof ObjectNode grpc && !grpc.has("service")) {
            grpc.put("service", "");
        }
    }

    private static void httpGet(JsonNode handler) {
        if (handler.path("httpGet") instanceof ObjectNode get) {
            defaultText(get, "path", "/");
            defaultText(get, "scheme", "HTTP");
        }
    }

    private static void volume(ObjectNode volume) {
        if (volume.propertyStream().allMatch(e -> NOT_SOURCES.contains(e.getKey()))) {
            volume.putObject("emptyDir");
        }
        if (volume.get("image") instanceof ObjectNode image) {
            defaultText(image, "pullPolicy", ImageTag.isLatest(text(image, "reference")) ? "Always" : "IfNotPresent");
        }
        for (String source : List.of("secret", "configMap", "downwardAPI", "projected")) {
            if (volume.get(source) instanceof ObjectNode files) {
                defaultNumber(files, "defaultMode", 0644);
            }
        }
        objects(volume.path("downwardAPI").path("items")).forEach(PodSpecDefaults::fieldRef);
        for (ObjectNode source : objects(volume.path("projected").path("sources"))) {
            objects(source.path("downwardAPI").path("items")).forEach(PodSpecDefaults::fieldRef);
            if (source.get("serviceAccountToken") instanceof ObjectNode token) {
                defaultNumber(token, "expirationSeconds", 3600);
            }
        }
        if (volume.get("ephemeral") instanceof ObjectNode ephemeral && has(ephemeral, "volumeClaimTemplate")) {
            claimSpec(object(object(ephemeral, "volumeClaimTemplate"), "spec"));
        }
        VolumeSourceDefaults.apply(volume);
    }

    /** Defaults of a {@code PersistentVolumeClaimSpec}. */
    public static void claimSpec(ObjectNode spec) {
        defaultPointer(spec, "volumeMode", "Filesystem");
        resources(spec.path("resources"));
    }

    private static void requestsFromLimits(ObjectNode container) {
        if (!(container.path("resources").path("limits") instanceof ObjectNode limits)) {
            return;
        }
        ObjectNode requests = object(object(container, "resources"), "requests");
        limits.propertyStream().forEach(e -> {
            if (!requests.has(e.getKey())) {
                requests.set(e.getKey(), e.getValue());
            }
        });
    }

    private static void hostPorts(ObjectNode spec) {
        for (String list : List.of("containers", "initContainers")) {
            for (ObjectNode container : objects(spec.path(list))) {
                for (ObjectNode port : objects(container.path("ports"))) {
                    defaultZero(port, "hostPort", port.path("containerPort").asLong());
                }
            }
        }
    }

    private static void dropAnnotations(ObjectNode object) {
        if (object.path("metadata").path("annotations") instanceof ObjectNode annotations) {
            annotations.remove(DROPPED_ANNOTATIONS);
        }
    }
}
