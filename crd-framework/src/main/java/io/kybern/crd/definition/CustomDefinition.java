package io.kybern.crd.definition;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.cel.rule.CelRules;
import io.kybern.crd.resource.GroupVersionKind;
import io.kybern.crd.resource.ResourceDefinition;
import io.kybern.crd.resource.ResourceDefinition.Subresource;
import io.kybern.crd.resource.ResourceDefinition.Version;
import io.kybern.crd.resource.ResourceNames;
import io.kybern.crd.resource.SchemaSource;
import io.kybern.crd.resource.Scope;
import io.kybern.crd.resource.Strategy;
import io.kybern.crd.schema.Defaulting;
import io.kybern.crd.schema.EmbeddedResources;
import io.kybern.crd.schema.Pruning;
import io.kybern.crd.schema.Schema;
import io.kybern.crd.value.Numbers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A custom kind, made from its CustomResourceDefinition. Immutable.
 *
 * @param resource the kind as the rest of the server sees it; its strategy is that of the storage version
 * @param strategies by version: selectable fields and subresources may differ between versions
 * @param scales by version, for those with a {@code scale} subresource
 * @param convertsByWebhook whether versions differ in more than their names, and only a webhook knows how
 */
public record CustomDefinition(
        ResourceDefinition resource,
        Map<String, Strategy> strategies,
        Map<String, ScalePaths> scales,
        boolean convertsByWebhook) {
    /** In the order in which the original lists them for custom kinds. */
    private static final List<String> VERBS =
            List.of("delete", "deletecollection", "get", "list", "patch", "create", "update", "watch");

    private static final List<String> SUBRESOURCE_VERBS = List.of("get", "patch", "update");

    public CustomDefinition {
        strategies = Map.copyOf(strategies);
        scales = Map.copyOf(scales);
    }

    /**
     * Makes a kind of a valid, defaulted CustomResourceDefinition. Names are the accepted ones if there are any.
     *
     * @param definition kept: must not change afterwards
     */
    public static CustomDefinition of(ObjectNode definition, CelRules rules) {
        return of(definition, DeclaredSchemas.in(definition), rules);
    }

    /**
     * The same of a definition whose schemas are elsewhere. They are asked for when the first object of the kind is.
     *
     * @param definition may lack the schemas; not kept
     */
    public static CustomDefinition of(ObjectNode definition, DeclaredSchemas schemas, CelRules rules) {
        JsonNode spec = definition.path("spec");
        String group = spec.path("group").asText();
        JsonNode accepted = definition.path("status").path("acceptedNames");
        ResourceNames names = names(accepted.path("kind").asText("").isEmpty() ? spec.path("names") : accepted);
        List<Version> versions = new ArrayList<>();
        Map<String, Strategy> strategies = new LinkedHashMap<>();
        Map<String, ScalePaths> scales = new LinkedHashMap<>();
        String storage = "";
        for (JsonNode version : spec.path("versions")) {
            String name = version.path("name").asText();
            GroupVersionKind kind = new GroupVersionKind(group, name, names.kind());
            Optional<ScalePaths> scale = ScalePaths.of(version.path("subresources"));
            scale.ifPresent(s -> scales.put(name, s));
            boolean status = version.path("subresources").has("status");
            strategies.put(
                    name, new CustomStrategy(kind, () -> schemas.of(name), status, scale, selectable(version), rules));
            PublishedSchema schema = new PublishedSchema(
                    schemas, name, List.copyOf(selectable(version).keySet()));
            versions.add(version(version, spec, kind, schema, status, scale.isPresent()));
            storage = version.path("storage").asBoolean() ? name : storage;
        }
        versions.sort(Comparator.comparing(Version::name, VersionOrder.BY_PRIORITY));
        Scope scope = spec.path("scope").asText().equals("Cluster") ? Scope.CLUSTER : Scope.NAMESPACED;
        Strategy strategy = strategies.getOrDefault(storage, Strategy.PLAIN);
        ResourceDefinition resource = new ResourceDefinition(group, names, scope, versions, strategy, true);
        boolean webhook = spec.path("conversion").path("strategy").asText().equals("Webhook");
        return new CustomDefinition(resource, strategies, scales, webhook);
    }

    private static ResourceNames names(JsonNode names) {
        List<String> shortNames = new ArrayList<>();
        names.path("shortNames").forEach(n -> shortNames.add(n.asText()));
        List<String> categories = new ArrayList<>();
        names.path("categories").forEach(n -> categories.add(n.asText()));
        return new ResourceNames(
                names.path("plural").asText(),
                names.path("singular").asText(""),
                names.path("kind").asText(),
                names.path("listKind").asText(),
                shortNames,
                categories);
    }

    private static Version version(
            JsonNode version,
            JsonNode spec,
            GroupVersionKind kind,
            SchemaSource schema,
            boolean status,
            boolean scale) {
        Map<String, Subresource> subresources = new LinkedHashMap<>();
        if (status) {
            subresources.put("status", new Subresource("status", kind, SUBRESOURCE_VERBS));
        }
        if (scale) {
            GroupVersionKind scaleKind = new GroupVersionKind("autoscaling", "v1", "Scale");
            subresources.put("scale", new Subresource("scale", scaleKind, SUBRESOURCE_VERBS));
        }
        return new Version(
                kind.version(),
                version.path("served").asBoolean(),
                version.path("storage").asBoolean(),
                VERBS,
                schema,
                subresources,
                PrinterColumns.of(version.path("additionalPrinterColumns")),
                deprecation(version, spec, kind),
                storageVersionHash(spec, kind.kind()));
    }

    private static Optional<String> deprecation(JsonNode version, JsonNode spec, GroupVersionKind kind) {
        if (!version.path("deprecated").asBoolean()) {
            return Optional.empty();
        }
        String given = version.path("deprecationWarning").asText("");
        if (!given.isEmpty()) {
            return Optional.of(given);
        }
        String text = kind.apiVersion() + " " + kind.kind() + " is deprecated";
        List<String> better = new ArrayList<>();
        for (JsonNode other : spec.path("versions")) {
            if (other.path("served").asBoolean() && !other.path("deprecated").asBoolean()) {
                better.add(other.path("name").asText());
            }
        }
        better.sort(VersionOrder.BY_PRIORITY);
        boolean newer = !better.isEmpty() && VersionOrder.BY_PRIORITY.compare(better.getFirst(), kind.version()) < 0;
        return Optional.of(newer ? text + "; use " + kind.group() + "/" + better.getFirst() + " " + kind.kind() : text);
    }

    /** As discovery shows it: a short hash of the group, storage version and kind. */
    private static String storageVersionHash(JsonNode spec, String kind) {
        for (JsonNode version : spec.path("versions")) {
            if (version.path("storage").asBoolean()) {
                String text =
                        spec.path("group").asText() + "/" + version.path("name").asText() + "/" + kind;
                try {
                    byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
                    return Base64.getEncoder().encodeToString(Arrays.copyOf(hash, 8));
                } catch (NoSuchAlgorithmException e) {
                    throw new IllegalStateException(e);
                }
            }
        }
        return "";
    }

    private static Map<String, JsonPath> selectable(JsonNode version) {
        Map<String, JsonPath> fields = new LinkedHashMap<>();
        for (JsonNode field : version.path("selectableFields")) {
            String path = field.path("jsonPath").asText();
            fields.put(path.replaceFirst("^\\.", ""), JsonPath.parse(path));
        }
        return fields;
    }

    /** The values of the fields that objects can be selected by in any version. */
    public Map<String, String> selectableFields(ObjectNode object) {
        Map<String, String> values = new LinkedHashMap<>();
        strategies.values().forEach(strategy -> values.putAll(strategy.selectableFields(object)));
        return values;
    }

    /**
     * Makes of what a client sent what the rest works on: defaults filled in, numbers canonical, unknown fields gone.
     *
     * @param object changed in place
     * @return the paths of the unknown fields
     * @throws EmbeddedResources.DecodingException if metadata can't be read: a BadRequest
     */
    public List<String> decode(ObjectNode object, String version) {
        Numbers.canonicalize(object);
        strategies.getOrDefault(version, resource.strategy()).applyDefaults(object);
        return prune(object, version);
    }

    /** Gives an object without status the one that its version has by default, if it has; changes it in place. */
    public void defaultStatus(ObjectNode object, String version) {
        boolean given = strategies.get(version) instanceof CustomStrategy custom
                && custom.schema().child("status").defaultValue().isPresent();
        if (given) {
            strategies.getOrDefault(version, resource.strategy()).applyDefaults(object);
        }
    }

    /**
     * As {@link #decode} for what an apply has made: a null that is not allowed stays, to be complained about.
     *
     * @param object changed in place
     * @throws EmbeddedResources.DecodingException if metadata can't be read
     */
    public void decodeApplied(ObjectNode object, String version) {
        Numbers.canonicalize(object);
        if (strategies.get(version) instanceof CustomStrategy custom) {
            Defaulting.fillIn(object, custom.schema());
        }
        prune(object, version);
    }

    /**
     * Takes out what a version does not know.
     *
     * @param object changed in place
     * @return the paths of what went
     * @throws EmbeddedResources.DecodingException if metadata can't be read
     */
    public List<String> prune(ObjectNode object, String version) {
        Schema declared = strategies.get(version) instanceof CustomStrategy custom ? custom.schema() : Schema.ANY;
        List<String> unknown = new ArrayList<>(EmbeddedResources.pruneMetadata(object, declared));
        unknown.addAll(Pruning.pruneCustom(object, declared));
        return unknown;
    }
}
