package io.kybern.crd.definition;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.resource.MetadataRules;
import io.kybern.crd.resource.RequestContext;
import io.kybern.crd.resource.Strategy;
import java.time.Instant;
import java.util.Locale;
import java.util.Set;

/** The strategy of CustomResourceDefinitions themselves. */
public final class CustomResourceDefinitionStrategy implements Strategy {
    @Override
    public MetadataRules metadataRules(String subresource) {
        return MetadataRules.CHANGE.withAnyFinalizer();
    }

    @Override
    public void applyDefaults(ObjectNode object) {
        if (!(object.get("spec") instanceof ObjectNode spec)) {
            return;
        }
        if (object.path("status") instanceof ObjectNode status
                && status.path("storedVersions").isEmpty()) {
            storeVersion(spec, status);
        }
        if (spec.get("names") instanceof ObjectNode names) {
            String kind = names.path("kind").asText("");
            if (!kind.isEmpty() && names.path("singular").asText("").isEmpty()) {
                names.put("singular", kind.toLowerCase(Locale.ROOT));
            }
            if (!kind.isEmpty() && names.path("listKind").asText("").isEmpty()) {
                names.put("listKind", kind + "List");
            }
        }
        if (!spec.path("conversion").isObject()) {
            spec.putObject("conversion").put("strategy", "None");
        } else if (spec.path("conversion").path("webhook").path("clientConfig").path("service")
                        instanceof ObjectNode service
                && !service.has("port")) {
            service.put("port", 443);
        }
        if (spec.has("preserveUnknownFields")
                && !spec.path("preserveUnknownFields").asBoolean()) {
            spec.remove("preserveUnknownFields");
        }
    }

    @Override
    public boolean hasStatus() {
        return true;
    }

    @Override
    public void prepareForCreate(ObjectNode object, RequestContext context) {
        ObjectNode status = object.putObject("status");
        status.putNull("conditions");
        status.putObject("acceptedNames").put("plural", "").put("kind", "");
        status.putNull("storedVersions");
        storeVersion(object.path("spec"), status);
    }

    private static void storeVersion(JsonNode spec, ObjectNode status) {
        for (JsonNode version : spec.path("versions")) {
            if (version.path("storage").asBoolean()) {
                status.putArray("storedVersions").add(version.path("name"));
                return;
            }
        }
    }

    @Override
    public void prepareForUpdate(ObjectNode updated, ObjectNode existing, RequestContext context) {
        Strategy.super.prepareForUpdate(updated, existing, context);
        if (context.subresource().isEmpty() && updated.path("status") instanceof ObjectNode status) {
            for (JsonNode version : updated.path("spec").path("versions")) {
                if (version.path("storage").asBoolean()) {
                    ArrayNode stored = status.withArrayProperty("storedVersions");
                    boolean known = false;
                    for (JsonNode name : stored) {
                        known |= name.equals(version.path("name"));
                    }
                    if (!known) {
                        stored.add(version.path("name"));
                    }
                }
            }
        }
    }

    @Override
    public void validate(ObjectNode object, FieldErrors errors) {
        new DefinitionRules(object, MissingNode.getInstance(), errors).validate();
    }

    @Override
    public void validateUpdate(ObjectNode updated, ObjectNode existing, FieldErrors errors) {
        new DefinitionRules(updated, existing, errors).validateUpdate(existing);
    }

    @Override
    public void validateStatusUpdate(ObjectNode updated, ObjectNode existing, FieldErrors errors) {
        // The names in a status are those of a spec that was accepted: nothing else in it has rules.
    }

    @Override
    public boolean deletesInStages() {
        return true;
    }

    @Override
    public void deletionBegins(ObjectNode object) {
        ObjectNode metadata = object.withObjectProperty("metadata");
        metadata.withArrayProperty("finalizers").add(DefinitionStatus.CLEANUP_FINALIZER);
        DefinitionStatus.setCondition(
                object.withObjectProperty("status"),
                "Terminating",
                true,
                "InstanceDeletionPending",
                "CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon",
                Instant.parse(metadata.path("deletionTimestamp").asText()));
    }

    @Override
    public Set<String> generationFields() {
        return Set.of("spec");
    }

    @Override
    public boolean allowsUnconditionalUpdate() {
        return false;
    }
}
