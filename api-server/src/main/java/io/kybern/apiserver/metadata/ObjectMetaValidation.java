package io.kybern.apiserver.metadata;

import com.fasterxml.jackson.databind.JsonNode;
import io.kybern.crd.field.FieldError;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.name.Names;
import io.kybern.crd.net.IpRules;
import io.kybern.crd.resource.MetadataRules;
import io.kybern.crd.resource.NameRule;
import io.kybern.crd.resource.Strategy;
import io.kybern.crd.schema.CommonMetadata;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What every object's metadata must obey. Source of order and texts: {@code apimachinery/pkg/api/validation/objectmeta.go}. */
public final class ObjectMetaValidation {
    private static final FieldPath METADATA = FieldPath.of("metadata");
    private static final String ORPHAN = "orphan";
    private static final String FOREGROUND = "foregroundDeletion";

    /** The finalizers that may lack a domain. Source: {@code core/helper.IsStandardFinalizerName}. */
    private static final Set<String> STANDARD_FINALIZERS = Set.of("kubernetes", ORPHAN, FOREGROUND);

    private ObjectMetaValidation() {}

    /** Complaints about a new object: the kind's own, and without any the common ones about what is left. */
    public static void validateNew(JsonNode metadata, boolean namespaced, Strategy strategy, FieldErrors errors) {
        MetadataRules rules = strategy.metadataRules("");
        validate(metadata, namespaced, strategy.nameRule(), common(metadata), errors);
        finalizerNames(metadata, rules, errors);
    }

    /** Complaints about an update: those common to all kinds, then those that the kind has besides. */
    public static void validateUpdate(
            JsonNode updated,
            JsonNode existing,
            boolean namespaced,
            Strategy strategy,
            String subresource,
            FieldErrors errors) {
        MetadataRules rules = strategy.metadataRules(subresource);
        List<FieldError> common = common(updated);
        validate(updated, namespaced, NameRule.PATH_SEGMENT, common, errors);
        validateChange(updated, existing, common, errors);
        if (rules.wholeOnUpdate()) {
            validate(updated, namespaced, strategy.nameRule(), common, errors);
            finalizerNames(updated, rules, errors);
        }
        if (rules.changeOnUpdate()) {
            validateChange(updated, existing, common, errors);
            finalizerNames(updated, rules, errors);
        }
    }

    private static void finalizerNames(JsonNode metadata, MetadataRules rules, FieldErrors errors) {
        if (!rules.finalizerNames()) {
            return;
        }
        FieldPath path = METADATA.child("finalizers");
        int i = 0;
        for (JsonNode finalizer : metadata.path("finalizers")) {
            String name = finalizer.asText();
            if (name.indexOf('/') < 0 && !STANDARD_FINALIZERS.contains(name)) {
                errors.invalid(
                        path.index(i), name, "name is neither a standard finalizer name nor is it fully qualified");
            }
            i++;
        }
    }

    /** Complaints about the metadata of an object whose name is generated already. */
    private static void validate(
            JsonNode metadata, boolean namespaced, NameRule rule, List<FieldError> common, FieldErrors errors) {
        String generateName = metadata.path("generateName").asText("");
        if (!generateName.isEmpty()) {
            check(rule, METADATA.child("generateName"), generateName, true, errors);
        }
        String name = metadata.path("name").asText("");
        if (name.isEmpty()) {
            errors.required(METADATA.child("name"), "name or generateName is required");
        } else {
            check(rule, METADATA.child("name"), name, false, errors);
        }
        namespace(metadata.path("namespace").asText(""), namespaced, errors);
        long generation = metadata.path("generation").asLong(0);
        if (generation < 0) {
            errors.invalid(METADATA.child("generation"), generation, "must be greater than or equal to 0");
        }
        common.forEach(errors::add);
    }

    private static void namespace(String namespace, boolean namespaced, FieldErrors errors) {
        FieldPath path = METADATA.child("namespace");
        if (!namespaced) {
            if (!namespace.isEmpty()) {
                errors.forbidden(path, "not allowed on this type");
            }
        } else if (namespace.isEmpty()) {
            errors.required(path, "");
        } else {
            Names.dnsLabel(namespace).forEach(m -> errors.invalid(path, namespace, m));
        }
    }

    /** What the original complains of once in each of its two parts, found out once. */
    private static List<FieldError> common(JsonNode metadata) {
        FieldErrors errors = new FieldErrors();
        CommonMetadata.validate(metadata, METADATA, errors);
        return errors.list();
    }

    /** Complaints about a change of metadata. */
    private static void validateChange(
            JsonNode updated, JsonNode existing, List<FieldError> common, FieldErrors errors) {
        if (existing.has("deletionTimestamp")) {
            noNewFinalizers(updated.path("finalizers"), existing.path("finalizers"), errors);
        }
        if (updated.path("resourceVersion").asText("").isEmpty()) {
            errors.invalid(METADATA.child("resourceVersion"), "", "must be specified for an update");
        }
        long generation = updated.path("generation").asLong(0);
        if (generation < existing.path("generation").asLong(0)) {
            errors.invalid(METADATA.child("generation"), generation, "must not be decremented");
        }
        for (String field : new String[] {
            "name", "namespace", "uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds"
        }) {
            immutable(field, updated.path(field), existing.path(field), errors);
        }
        common.forEach(errors::add);
    }

    private static void immutable(String field, JsonNode updated, JsonNode existing, FieldErrors errors) {
        String before = existing.asText("");
        String after = updated.asText("");
        if (!before.equals(after)) {
            Object shown = updated.isMissingNode() && !field.endsWith("Timestamp") && !field.endsWith("Seconds")
                    ? ""
                    : updated;
            errors.invalid(METADATA.child(field), shown, "field is immutable");
        }
    }

    private static void noNewFinalizers(JsonNode updated, JsonNode existing, FieldErrors errors) {
        Set<String> added = new TreeSet<>();
        updated.forEach(f -> added.add(f.asText()));
        existing.forEach(f -> added.remove(f.asText()));
        if (!added.isEmpty()) {
            String list = added.stream().map(FieldErrors::quote).collect(Collectors.joining(", ", "[]string{", "}"));
            errors.forbidden(
                    METADATA.child("finalizers"),
                    "no new finalizers can be added if the object is being deleted, found new finalizers " + list);
        }
    }

    private static void check(NameRule rule, FieldPath path, String name, boolean prefix, FieldErrors errors) {
        if (rule == NameRule.IP_ADDRESS) {
            IpRules.address(path, name, errors);
        } else {
            errors.invalidEach(path, name, complaints(rule, name, prefix));
        }
    }

    private static List<String> complaints(NameRule rule, String name, boolean prefix) {
        // the last two characters: the original masks one more than the dash
        String checked =
                prefix && name.length() > 1 && name.endsWith("-") ? name.substring(0, name.length() - 2) + "a" : name;
        return switch (rule) {
            case DNS_SUBDOMAIN -> Names.dnsSubdomain(checked);
            case DNS_LABEL -> Names.dnsLabel(checked);
            case DNS_1035_LABEL -> Names.dns1035Label(checked);
            case PATH_SEGMENT -> Names.pathSegment(name);
            case IP_ADDRESS -> List.of();
        };
    }
}
