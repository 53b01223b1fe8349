package io.kybern.crd.definition;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.name.Names;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What must hold of a CustomResourceDefinition, its schemas apart ({@link SchemaRules}).
 *
 * <p>The original validates an older form, in which what all versions have in common stands once: complaints about it
 * name {@code spec.validation}, {@code spec.subresources} and so on. {@link #common} answers what is in common.
 *
 * <p>Source: {@code apiextensions/validation/validation.go}.
 */
final class DefinitionRules {
    private static final FieldPath SPEC = FieldPath.of("spec");

    private final ObjectNode definition;
    private final JsonNode spec;
    private final FieldErrors errors;
    private final VersionRules parts;
    private final KindNames naming;

    /** The spec that is updated; missing on creation. */
    private final JsonNode before;

    DefinitionRules(ObjectNode definition, JsonNode old, FieldErrors errors) {
        this.definition = definition;
        this.before = old.path("spec");
        this.spec = definition.path("spec");
        this.errors = errors;
        this.parts = new VersionRules(errors);
        this.naming = new KindNames(errors);
    }

    void validate() {
        name();
        spec();
        naming.check(definition.path("status").path("acceptedNames"), FieldPath.of("status", "acceptedNames"));
        storedVersions();
        approval(MissingNode.getInstance());
        preserveUnknownFields();
    }

    void validateUpdate(ObjectNode old) {
        spec();
        if (DefinitionStatus.isTrue(old, "Established")) {
            immutable(spec.path("scope"), before.path("scope"), SPEC.child("scope"));
            immutable(
                    spec.path("names").path("kind"),
                    before.path("names").path("kind"),
                    SPEC.child("names").child("kind"));
        }
        immutable(spec.path("group"), before.path("group"), SPEC.child("group"));
        immutable(
                spec.path("names").path("plural"),
                before.path("names").path("plural"),
                SPEC.child("names").child("plural"));
        naming.check(definition.path("status").path("acceptedNames"), FieldPath.of("status", "acceptedNames"));
        storedVersions();
        approval(old);
        if (!before.path("preserveUnknownFields").asBoolean()) {
            preserveUnknownFields();
        }
    }

    private void immutable(JsonNode value, JsonNode old, FieldPath path) {
        if (!value.equals(old)) {
            errors.invalid(path, value, "field is immutable");
        }
    }

    private void name() {
        String required = spec.path("names").path("plural").asText() + "."
                + spec.path("group").asText();
        JsonNode name = definition.path("metadata").path("name");
        if (!name.asText().equals(required)) {
            errors.invalid(FieldPath.of("metadata", "name"), name, "must be spec.names.plural+\".\"+spec.group");
        }
    }

    private void spec() {
        JsonNode group = spec.path("group");
        FieldPath groupPath = SPEC.child("group");
        List<String> complaints = Names.dnsSubdomain(group.asText());
        if (group.asText().isEmpty()) {
            errors.required(groupPath, "");
        } else if (!complaints.isEmpty()) {
            errors.invalid(groupPath, group, String.join(",", complaints));
        } else if (!group.asText().contains(".")) {
            errors.invalid(groupPath, group, "should be a domain with at least one dot");
        }
        OneOf.check(spec.path("scope"), SPEC.child("scope"), List.of("Cluster", "Namespaced"), errors);
        JsonNode versions = spec.path("versions");
        schemasPresent(versions);
        versions(versions);
        JsonNode names = spec.path("names");
        for (String field : List.of("plural", "singular", "kind", "listKind")) {
            if (names.path(field).asText("").isEmpty()) {
                errors.required(SPEC.child("names").child(field), "");
            }
        }
        naming.check(names, SPEC.child("names"));
        commonParts(versions);
        new ConversionRules(errors).check(spec.path("conversion"), before, SPEC.child("conversion"));
    }

    private void schemasPresent(JsonNode versions) {
        for (int i = 0; i < versions.size(); i++) {
            if (!versions.get(i).path("schema").path("openAPIV3Schema").isObject()) {
                errors.required(SPEC.child("versions").index(i).child("schema").child("openAPIV3Schema"), "");
            }
        }
    }

    /** What all versions have equal; missing if they differ or none has it. */
    static JsonNode common(JsonNode versions, String field) {
        JsonNode first = versions.path(0).path(field);
        for (JsonNode version : versions) {
            if (!version.path(field).equals(first)) {
                return MissingNode.getInstance();
            }
        }
        return first.isArray() && first.isEmpty() ? MissingNode.getInstance() : first;
    }

    private void versions(JsonNode versions) {
        Set<String> seen = new HashSet<>();
        boolean unique = true;
        int storage = 0;
        for (int i = 0; i < versions.size(); i++) {
            JsonNode version = versions.get(i);
            FieldPath path = SPEC.child("versions").index(i);
            storage += version.path("storage").asBoolean() ? 1 : 0;
            unique &= seen.add(version.path("name").asText());
            List<String> complaints = Names.dns1035Label(version.path("name").asText());
            if (!complaints.isEmpty()) {
                errors.invalid(path.child("name"), version.path("name"), String.join(",", complaints));
            }
            parts.deprecation(version, path.child("deprecationWarning"));
            if (common(versions, "schema").isMissingNode()) {
                schema(version.path("schema"), version, path.child("schema"));
            }
            if (common(versions, "subresources").isMissingNode()) {
                parts.subresources(version.path("subresources"), path.child("subresources"));
            }
            if (common(versions, "additionalPrinterColumns").isMissingNode()) {
                parts.columns(version.path("additionalPrinterColumns"), path.child("additionalPrinterColumns"));
            }
            if (common(versions, "selectableFields").isMissingNode()
                    && !version.path("selectableFields").isEmpty()) {
                perVersionSelectable(versions, version, path);
            }
        }
        if (!unique) {
            errors.invalid(SPEC.child("versions"), goVersions(versions), "must contain unique version names");
        }
        if (storage != 1) {
            errors.invalid(
                    SPEC.child("versions"),
                    goVersions(versions),
                    "must have exactly one version marked as storage version");
        }
    }

    private void perVersionSelectable(JsonNode versions, JsonNode version, FieldPath path) {
        if (!common(versions, "schema").isMissingNode()) {
            errors.invalid(
                    path.child("selectableFields"),
                    "",
                    "may only be set when `version.schema.openAPIV3Schema` is not included");
        } else {
            parts.selectable(version.path("selectableFields"), version.path("schema"), path.child("selectableFields"));
        }
    }

    private void commonParts(JsonNode versions) {
        JsonNode schema = common(versions, "schema");
        if (!schema.isMissingNode()) {
            boolean status = false;
            for (JsonNode version : versions) {
                status |= version.path("subresources").has("status");
            }
            boolean unchanged = common(before.path("versions"), "schema").equals(schema);
            SchemaRules.validate(schema.path("openAPIV3Schema"), SPEC.child("validation"), status, unchanged, errors);
        }
        parts.subresources(common(versions, "subresources"), SPEC.child("subresources"));
        parts.columns(common(versions, "additionalPrinterColumns"), SPEC.child("additionalPrinterColumns"));
        JsonNode fields = common(versions, "selectableFields");
        if (!fields.isEmpty()) {
            if (schema.isMissingNode()) {
                errors.invalid(
                        SPEC.child("selectableFields"), "", "may only be set when validations.schema is included");
            } else {
                parts.selectable(fields, schema, SPEC.child("selectableFields"));
            }
        }
    }

    private void schema(JsonNode schema, JsonNode version, FieldPath path) {
        boolean unchanged = false;
        for (JsonNode old : before.path("versions")) {
            unchanged |= old.path("name").equals(version.path("name"))
                    && old.path("schema").equals(schema);
        }
        SchemaRules.validate(
                schema.path("openAPIV3Schema"),
                path,
                version.path("subresources").has("status"),
                unchanged,
                errors);
    }

    /** The versions as the original prints its own form of them, in which common parts are gone. */
    private static JsonNode goVersions(JsonNode versions) {
        if (versions.isMissingNode()) {
            return NullNode.instance;
        }
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        for (JsonNode version : versions) {
            ObjectNode one = all.addObject();
            one.set("Name", version.path("name"));
            one.put("Served", version.path("served").asBoolean());
            one.put("Storage", version.path("storage").asBoolean());
            one.put("Deprecated", version.path("deprecated").asBoolean());
            one.set("DeprecationWarning", orNull(version.path("deprecationWarning")));
            for (String field : List.of("schema", "subresources", "additionalPrinterColumns", "selectableFields")) {
                String name = Character.toUpperCase(field.charAt(0)) + field.substring(1);
                one.set(
                        name,
                        common(versions, field).isMissingNode() ? orNull(version.path(field)) : NullNode.instance);
            }
        }
        return all;
    }

    private static JsonNode orNull(JsonNode node) {
        return node.isMissingNode() ? NullNode.instance : node;
    }

    private void storedVersions() {
        FieldPath path = FieldPath.of("status", "storedVersions");
        JsonNode stored = definition.path("status").path("storedVersions");
        if (stored.isEmpty()) {
            errors.invalid(path, stored, "must have at least one stored version");
            return;
        }
        Set<String> storedNames = new HashSet<>();
        stored.forEach(s -> storedNames.add(s.asText()));
        Set<String> names = new HashSet<>();
        for (JsonNode version : spec.path("versions")) {
            String name = version.path("name").asText();
            names.add(name);
            if (version.path("storage").asBoolean() && !storedNames.contains(name)) {
                errors.invalid(path, stored, "must have the storage version " + name);
            }
        }
        for (int i = 0; i < stored.size(); i++) {
            String name = stored.get(i).asText();
            if (!names.contains(name)) {
                errors.invalid(
                        path.index(i),
                        name,
                        "missing from spec.versions; " + name
                                + " was previously a storage version, and must remain in spec.versions until a storage"
                                + " migration ensures no data remains persisted in " + name + " and removes " + name
                                + " from status.storedVersions");
            }
        }
    }

    private void approval(JsonNode old) {
        if (!ApiApproval.isNeeded(spec.path("group").asText())) {
            return;
        }
        JsonNode annotation = definition.path("metadata").path("annotations").path(ApiApproval.ANNOTATION);
        String former = old.path("metadata")
                .path("annotations")
                .path(ApiApproval.ANNOTATION)
                .asText("");
        if (old.isObject()
                && ApiApproval.of(former).state()
                        == ApiApproval.of(annotation.asText("")).state()) {
            return;
        }
        FieldPath path = FieldPath.of("metadata", "annotations").key(ApiApproval.ANNOTATION);
        ApiApproval approval = ApiApproval.of(annotation.asText(""));
        switch (approval.state()) {
            case MISSING -> errors.required(path, approval.message());
            case INVALID -> errors.invalid(path, annotation, approval.message());
            case APPROVED, BYPASSED -> {}
        }
    }

    private void preserveUnknownFields() {
        if (spec.path("preserveUnknownFields").asBoolean()) {
            errors.invalid(
                    SPEC.child("preserveUnknownFields"),
                    true,
                    "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema"
                            + " instead");
        }
    }
}
