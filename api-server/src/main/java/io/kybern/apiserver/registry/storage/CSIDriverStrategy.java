package io.kybern.apiserver.registry.storage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.resource.Columns;
import io.kybern.crd.resource.FieldRules;
import io.kybern.crd.resource.RequestContext;
import io.kybern.crd.resource.Strategy;
import io.kybern.crd.resource.TableColumn;
import io.kybern.crd.resource.Trees;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** CSIDrivers. */
public final class CSIDriverStrategy implements Strategy {
    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final List<String> GROUP_POLICIES = List.of("File", "None", "ReadWriteOnceWithFSType");
    private static final long MIN_TOKEN_SECONDS = 600;
    private static final long MAX_TOKEN_SECONDS = 1L << 32;

    @Override
    public void applyDefaults(ObjectNode object) {
        ObjectNode spec = Trees.object(object, "spec");
        Trees.defaultBoolean(spec, "attachRequired", true);
        Trees.defaultBoolean(spec, "podInfoOnMount", false);
        Trees.defaultBoolean(spec, "storageCapacity", false);
        Trees.defaultPointer(spec, "fsGroupPolicy", "ReadWriteOnceWithFSType");
        if (spec.path("volumeLifecycleModes").isEmpty()) {
            spec.putArray("volumeLifecycleModes").add("Persistent");
        }
        Trees.defaultBoolean(spec, "requiresRepublish", false);
        Trees.defaultBoolean(spec, "seLinuxMount", false);
    }

    @Override
    public void prepareForCreate(ObjectNode object, RequestContext context) {
        Trees.object(object, "spec").remove("preventPodSchedulingIfMissing");
    }

    /** The original counts generations only from the first change on. */
    @Override
    public void prepareForUpdate(ObjectNode updated, ObjectNode existing, RequestContext context) {
        if (!Trees.same(updated.path("spec"), existing.path("spec"))) {
            long before = existing.path("metadata").path("generation").asLong();
            Trees.object(updated, "metadata").put("generation", before + 1);
        }
    }

    @Override
    public void validate(ObjectNode object, FieldErrors errors) {
        JsonNode spec = object.path("spec");
        FieldRules.supported(SPEC.child("fsGroupPolicy"), spec.path("fsGroupPolicy"), GROUP_POLICIES, errors);
        tokens(spec.path("tokenRequests"), errors);
        List<String> modes = List.of("Persistent", "Ephemeral");
        for (JsonNode mode : spec.path("volumeLifecycleModes")) {
            FieldRules.supported(SPEC.child("volumeLifecycleModes"), mode, modes, errors);
        }
        JsonNode period = spec.path("nodeAllocatableUpdatePeriodSeconds");
        if (period.isNumber() && period.asLong() < 10) {
            errors.invalid(
                    SPEC.child("nodeAllocatableUpdatePeriodSeconds"),
                    period,
                    "must be greater than or equal to 10 seconds");
        }
        JsonNode secrets = spec.path("serviceAccountTokenInSecrets");
        if (secrets.isBoolean() && spec.path("tokenRequests").isEmpty()) {
            errors.invalid(
                    SPEC.child("serviceAccountTokenInSecrets"),
                    secrets,
                    "serviceAccountTokenInSecrets is set but no tokenRequests are specified");
        }
    }

    private static void tokens(JsonNode requests, FieldErrors errors) {
        Set<String> audiences = new HashSet<>();
        for (int i = 0; i < requests.size(); i++) {
            FieldPath path = SPEC.child("tokenRequests").index(i);
            String audience = Trees.text(requests.get(i), "audience");
            JsonNode expiration = requests.get(i).path("expirationSeconds");
            if (!audiences.add(audience)) {
                errors.duplicate(path.child("audience"), audience);
            } else if (expiration.isNumber()) {
                if (expiration.asLong() < MIN_TOKEN_SECONDS) {
                    errors.invalid(
                            path.child("expirationSeconds"),
                            expiration,
                            "may not specify a duration less than 10 minutes");
                }
                if (expiration.asLong() > MAX_TOKEN_SECONDS) {
                    errors.invalid(
                            path.child("expirationSeconds"),
                            expiration,
                            "may not specify a duration larger than 2^32 seconds");
                }
            }
        }
    }

    @Override
    public void validateUpdate(ObjectNode updated, ObjectNode existing, FieldErrors errors) {
        validate(updated, errors);
        JsonNode spec = updated.path("spec");
        JsonNode old = existing.path("spec");
        FieldRules.immutable(
                SPEC.child("attachedRequired"), spec.path("attachRequired"), old.path("attachRequired"), errors);
        FieldRules.immutable(
                SPEC.child("volumeLifecycleModes"),
                spec.path("volumeLifecycleModes"),
                old.path("volumeLifecycleModes"),
                errors);
    }

    @Override
    public List<String> warnings(ObjectNode object) {
        JsonNode spec = object.path("spec");
        boolean unsaid = !spec.path("tokenRequests").isEmpty() && !spec.has("serviceAccountTokenInSecrets");
        return unsaid
                ? List.of("spec.serviceAccountTokenInSecrets is unset; if supported by this CSI driver, set to true to"
                        + " prevent possible logging of tokens in volume attributes")
                : List.of();
    }

    /** Said again only when the requests for tokens change. */
    @Override
    public List<String> updateWarnings(ObjectNode updated, ObjectNode existing) {
        boolean same = Trees.same(
                updated.path("spec").path("tokenRequests"),
                existing.path("spec").path("tokenRequests"));
        return same ? List.of() : warnings(updated);
    }

    @Override
    public boolean allowsUnconditionalUpdate() {
        return false;
    }

    @Override
    public boolean returnsDeletedObject() {
        return true;
    }

    @Override
    public List<TableColumn> tableColumns() {
        return List.of(
                Columns.NAME,
                Columns.bool(
                        "AttachRequired",
                        "boolean",
                        o -> o.path("spec").path("attachRequired").asBoolean(true)),
                Columns.bool(
                        "PodInfoOnMount",
                        "boolean",
                        o -> o.path("spec").path("podInfoOnMount").asBoolean()),
                Columns.bool(
                        "StorageCapacity",
                        "boolean",
                        o -> o.path("spec").path("storageCapacity").asBoolean()),
                Columns.string("TokenRequests", 0, o -> audiences(o.path("spec").path("tokenRequests"))),
                Columns.bool(
                        "RequiresRepublish",
                        "boolean",
                        o -> o.path("spec").path("requiresRepublish").asBoolean()),
                Columns.string("Modes", 0, CSIDriverStrategy::modes),
                Columns.AGE);
    }

    private static String audiences(JsonNode requests) {
        return requests.isMissingNode()
                ? "<unset>"
                : Trees.objects(requests).stream()
                        .map(r -> Trees.text(r, "audience"))
                        .collect(Collectors.joining(","));
    }

    private static String modes(ObjectNode driver) {
        String modes = String.join(",", Trees.texts(driver.path("spec").path("volumeLifecycleModes")));
        return modes.isEmpty() ? "<none>" : modes;
    }
}
