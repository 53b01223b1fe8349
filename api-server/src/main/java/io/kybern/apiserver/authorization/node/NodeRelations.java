package io.kybern.apiserver.authorization.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.endpoint.CachedObjects;
import io.kybern.apiserver.registry.Resource;
import io.kybern.apiserver.storage.ObjectKey;
import io.kybern.apiserver.storage.StoredObject;
import io.kybern.crd.resource.GroupResource;
import io.kybern.crd.resource.Trees;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Predicate;

/**
 * Whether an object concerns a node: some pod that is bound to it needs the object. Looked up among the pods of the
 * object's namespace by their indexed node name; nothing is kept.
 */
final class NodeRelations {
    private static final GroupResource PODS = new GroupResource("", "pods");
    private static final GroupResource VOLUMES = new GroupResource("", "persistentvolumes");
    private static final String MIRROR = "kubernetes.io/config.mirror";

    private final CachedObjects objects;

    NodeRelations(CachedObjects objects) {
        this.objects = objects;
    }

    boolean pod(String node, String namespace, String name) {
        return objects.get(PODS, namespace, name)
                .filter(pod -> Trees.text(pod, "spec", "nodeName").equals(node))
                .isPresent();
    }

    boolean serviceAccount(String node, String namespace, String name) {
        return anyPod(
                node,
                namespace,
                pod -> Trees.text(pod, "spec", "serviceAccountName").equals(name));
    }

    boolean secret(String node, String namespace, String name) {
        return anyPod(
                        node,
                        namespace,
                        pod -> refers(pod.path("spec"), List.of("secretRef", "secretKeyRef"), name)
                                || named(pod.path("spec").path("imagePullSecrets"), name)
                                || volumes(pod, volume -> secretOf(volume, name)))
                || volumeSecret(node, namespace, name);
    }

    boolean configMap(String node, String namespace, String name) {
        return anyPod(
                node,
                namespace,
                pod -> refers(pod.path("spec"), List.of("configMapRef", "configMapKeyRef"), name)
                        || volumes(
                                pod,
                                volume ->
                                        Trees.text(volume, "configMap", "name").equals(name)
                                                || projected(volume, "configMap", name)));
    }

    boolean claim(String node, String namespace, String name) {
        return anyPod(
                node,
                namespace,
                pod -> volumes(pod, volume -> claimName(pod, volume).equals(name)));
    }

    boolean volume(String node, String name) {
        return objects.get(VOLUMES, "", name)
                .filter(volume -> {
                    JsonNode claim = volume.path("spec").path("claimRef");
                    return claim(node, Trees.text(claim, "namespace"), Trees.text(claim, "name"));
                })
                .isPresent();
    }

    boolean resourceClaim(String node, String namespace, String name) {
        return anyPod(node, namespace, pod -> {
            for (JsonNode claim : pod.path("status").path("resourceClaimStatuses")) {
                if (Trees.text(claim, "resourceClaimName").equals(name)) {
                    return true;
                }
            }
            for (JsonNode claim : pod.path("spec").path("resourceClaims")) {
                if (Trees.text(claim, "resourceClaimName").equals(name)) {
                    return true;
                }
            }
            return Trees.text(pod, "status", "extendedResourceClaimStatus", "resourceClaimName")
                    .equals(name);
        });
    }

    boolean ofNode(GroupResource resource, String node, String name) {
        return objects.get(resource, "", name)
                .filter(object -> Trees.text(object, "spec", "nodeName").equals(node))
                .isPresent();
    }

    private boolean anyPod(String node, String namespace, Predicate<ObjectNode> test) {
        Resource pods = objects.resource(PODS);
        Iterator<StoredObject> all = pods.store().snapshot().iterate(namespace, new ObjectKey("", ""));
        while (all.hasNext()) {
            StoredObject pod = all.next();
            if (node.equals(pod.fields().get("spec.nodeName"))) {
                ObjectNode tree = pods.tree(pod);
                if (!tree.path("metadata").path("annotations").has(MIRROR) && test.test(tree)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean volumes(ObjectNode pod, Predicate<JsonNode> test) {
        for (JsonNode volume : pod.path("spec").path("volumes")) {
            if (test.test(volume)) {
                return true;
            }
        }
        return false;
    }

    private static boolean secretOf(JsonNode volume, String name) {
        if (Trees.text(volume, "secret", "secretName").equals(name) || projected(volume, "secret", name)) {
            return true;
        }
        for (JsonNode source : volume) {
            if (Trees.text(source, "secretRef", "name").equals(name)
                    || Trees.text(source, "nodePublishSecretRef", "name").equals(name)) {
                return true;
            }
        }
        return Trees.text(volume, "azureFile", "secretName").equals(name);
    }

    private static boolean projected(JsonNode volume, String what, String name) {
        for (JsonNode source : volume.path("projected").path("sources")) {
            if (Trees.text(source, what, "name").equals(name)) {
                return true;
            }
        }
        return false;
    }

    private static String claimName(ObjectNode pod, JsonNode volume) {
        return volume.has("ephemeral")
                ? Trees.text(pod, "metadata", "name") + "-" + Trees.text(volume, "name")
                : Trees.text(volume, "persistentVolumeClaim", "claimName");
    }

    /** Secrets that a bound volume's driver needs on the node. */
    private boolean volumeSecret(String node, String namespace, String name) {
        List<String> references =
                List.of("nodeStageSecretRef", "nodePublishSecretRef", "nodeExpandSecretRef", "secretRef");
        for (ObjectNode volume : objects.list(VOLUMES, "")) {
            for (JsonNode source : volume.path("spec")) {
                for (String field : references) {
                    JsonNode reference = source.path(field);
                    if (Trees.text(reference, "name").equals(name)
                            && Trees.text(reference, "namespace").equals(namespace)
                            && volume(node, Trees.text(volume, "metadata", "name"))) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private static boolean named(JsonNode list, String name) {
        for (JsonNode item : list) {
            if (Trees.text(item, "name").equals(name)) {
                return true;
            }
        }
        return false;
    }

    /** Whether any container's environment refers to the object. */
    private static boolean refers(JsonNode spec, List<String> fields, String name) {
        List<JsonNode> containers = new ArrayList<>();
        for (String list : List.of("containers", "initContainers", "ephemeralContainers")) {
            spec.path(list).forEach(containers::add);
        }
        for (JsonNode container : containers) {
            for (JsonNode from : container.path("envFrom")) {
                if (fields.stream().anyMatch(f -> Trees.text(from, f, "name").equals(name))) {
                    return true;
                }
            }
            for (JsonNode variable : container.path("env")) {
                JsonNode from = variable.path("valueFrom");
                if (fields.stream().anyMatch(f -> Trees.text(from, f, "name").equals(name))) {
                    return true;
                }
            }
        }
        return false;
    }
}
