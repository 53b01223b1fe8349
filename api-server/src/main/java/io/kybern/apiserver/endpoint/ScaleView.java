package io.kybern.apiserver.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.error.ApiException;
import io.kybern.apiserver.registry.Resource;
import io.kybern.crd.definition.Scalable;
import io.kybern.crd.definition.ScalePaths;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.label.LabelSelectors;
import io.kybern.crd.merge.ScaleManagedFields;
import io.kybern.crd.resource.Trees;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An object as its {@code autoscaling/v1 Scale} and back. Replicas of built-in kinds are {@code .spec.replicas} and {@code
 * .status.replicas}, those of custom kinds where their definition says.
 */
final class ScaleView {
    private final Resource resource;
    private final Optional<ScalePaths> paths;
    private final ScaleManagedFields managed;

    ScaleView(Resource resource) {
        this.resource = resource;
        this.paths = resource.strategy() instanceof Scalable custom ? custom.scalePaths() : Optional.empty();
        String specPath = paths.map(ScalePaths::specReplicas).orElse(".spec.replicas");
        String apiVersion = resource.kind().apiVersion();
        this.managed = new ScaleManagedFields(
                apiVersion,
                Map.of(apiVersion, List.of(specPath.replaceFirst("^\\.", "").split("\\."))));
    }

    /**
     * The Scale of an object of the served version.
     *
     * @throws ApiException 500 for an object that says nothing of replicas
     */
    ObjectNode of(ObjectNode object) {
        paths.filter(p -> p.replicas(object).isEmpty()).ifPresent(p -> {
            throw ApiException.internal(
                    "the spec replicas field " + FieldErrors.quote(p.specReplicas()) + " does not exist");
        });
        return scale(object);
    }

    private ObjectNode scale(ObjectNode object) {
        JsonNode metadata = object.path("metadata");
        ObjectNode scale = JsonNodeFactory.instance.objectNode();
        scale.put("kind", "Scale").put("apiVersion", "autoscaling/v1");
        ObjectNode own = scale.putObject("metadata");
        for (String field : List.of("name", "namespace", "uid", "resourceVersion", "creationTimestamp")) {
            if (metadata.has(field)) {
                own.set(field, metadata.get(field));
            }
        }
        long replicas = replicas(object);
        ObjectNode spec = scale.putObject("spec");
        if (replicas != 0) {
            spec.put("replicas", replicas);
        }
        ObjectNode status = scale.putObject("status");
        status.put(
                "replicas",
                paths.map(p -> p.currentReplicas(object))
                        .orElseGet(() -> object.path("status").path("replicas").asLong()));
        String selector = selector(object);
        if (!selector.isEmpty()) {
            status.put("selector", selector);
        }
        return scale;
    }

    private long replicas(ObjectNode object) {
        return paths.map(p -> p.replicas(object).orElse(0))
                .orElseGet(() -> object.path("spec").path("replicas").asLong());
    }

    /** Whether the object's own rules speak of its replicas. */
    boolean isCustom() {
        return paths.isPresent();
    }

    private String selector(ObjectNode object) {
        if (paths.isPresent()) {
            return paths.get().selector(object);
        }
        JsonNode selector = object.path("spec").path("selector");
        boolean plain = resource.groupResource().resource().equals("replicationcontrollers");
        String text = plain ? LabelSelectors.formatLabels(selector) : LabelSelectors.format(selector);
        return text.equals("<none>") ? "" : text;
    }

    /** The Scale with who owns its field. */
    ObjectNode withManagers(ObjectNode object) {
        ObjectNode scale = scale(object);
        JsonNode entries = managed.toScale(object.path("metadata").path("managedFields"));
        if (!entries.isEmpty()) {
            Trees.object(scale, "metadata").set("managedFields", entries);
        }
        return scale;
    }

    /** A copy of the object that is scaled. */
    ObjectNode scaled(ObjectNode object, ObjectNode scale) {
        ObjectNode out = object.deepCopy();
        int replicas = scale.path("spec").path("replicas").asInt();
        if (paths.isPresent()) {
            paths.get().setReplicas(out, replicas);
        } else {
            Trees.object(out, "spec").put("replicas", replicas);
        }
        ObjectNode metadata = Trees.object(out, "metadata");
        JsonNode entries = managed.toObject(
                metadata.path("managedFields"), scale.path("metadata").path("managedFields"));
        if (entries.isEmpty()) {
            metadata.remove("managedFields");
        } else {
            metadata.set("managedFields", entries);
        }
        return out;
    }
}
