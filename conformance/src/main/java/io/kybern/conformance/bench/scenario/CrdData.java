package io.kybern.conformance.bench.scenario;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.conformance.bench.load.Installation;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * CustomResourceDefinitions as a Crossplane provider brings them: some dozens a group, each with the fields of a cloud's resource
 * three times over (to ask for, to begin with, to observe), every one with a description, and rules for those that are required.
 * 80 KB of JSON and 400 fields on average. The same number gives the same definition.
 */
public final class CrdData {
    private static final String VERSION = "v1beta1";
    private static final int GROUPS = 20;
    private static final int FIELDS = 33;
    private static final List<String> WORDS =
            List.of(("the a of to for in with resource region cluster instance network policy identifier key name value"
                            + " configuration specified used whether enabled default provider attached security group subnet"
                            + " role account storage volume encryption endpoint version maximum minimum number list map block"
                            + " documented below valid values conflicts required optional changing this forces replacement")
                    .split(" "));
    private static final List<String> NOUNS = List.of(
            "access",
            "backup",
            "bucket",
            "certificate",
            "cidr",
            "cluster",
            "domain",
            "endpoint",
            "engine",
            "filter",
            "gateway",
            "health",
            "image",
            "key",
            "listener",
            "log",
            "metric",
            "node",
            "origin",
            "policy",
            "port",
            "queue",
            "replica",
            "role",
            "route",
            "rule",
            "schedule",
            "secret",
            "snapshot",
            "subnet",
            "target",
            "topic",
            "user",
            "version",
            "volume",
            "zone");
    private static final List<String> SUFFIXES =
            List.of("Arn", "Config", "Enabled", "Id", "Mode", "Name", "Options", "Settings", "Size", "Type");

    private CrdData() {}

    /** So many kinds, numbered from 0. */
    public static List<Installation.Kind> kinds(int count) {
        return IntStream.range(0, count).mapToObj(CrdData::kind).toList();
    }

    private static Installation.Kind kind(int number) {
        return new Installation.Kind(group(number), VERSION, plural(number), "Managed" + number, definition(number));
    }

    private static String group(int number) {
        return "g" + number % GROUPS + ".bench.example.org";
    }

    private static String plural(int number) {
        return "managed" + number + "s";
    }

    private static String definition(int number) {
        ObjectNode out = JsonNodeFactory.instance.objectNode();
        out.put("apiVersion", "apiextensions.k8s.io/v1").put("kind", "CustomResourceDefinition");
        out.putObject("metadata").put("name", plural(number) + "." + group(number));
        ObjectNode spec = out.putObject("spec");
        spec.put("group", group(number)).put("scope", "Cluster");
        ObjectNode names = spec.putObject("names");
        names.put("kind", "Managed" + number).put("listKind", "Managed" + number + "List");
        names.put("plural", plural(number)).put("singular", "managed" + number);
        names.putArray("categories").add("crossplane").add("managed");
        ObjectNode version = spec.putArray("versions").addObject().put("name", VERSION);
        version.put("served", true)
                .put("storage", true)
                .putObject("subresources")
                .putObject("status");
        ArrayNode columns = version.putArray("additionalPrinterColumns");
        column(columns, "SYNCED", "string", ".status.conditions[?(@.type=='Synced')].status");
        column(columns, "READY", "string", ".status.conditions[?(@.type=='Ready')].status");
        column(columns, "AGE", "date", ".metadata.creationTimestamp");
        version.putObject("schema").set("openAPIV3Schema", schema(new SplittableRandom(number)));
        return out.toString();
    }

    private static void column(ArrayNode columns, String name, String type, String path) {
        columns.addObject().put("name", name).put("type", type).put("jsonPath", path);
    }

    private static ObjectNode schema(SplittableRandom random) {
        ObjectNode fields = fields(random, FIELDS + random.nextInt(8), 2);
        ObjectNode schema = object("A managed resource of a cloud provider.");
        schema.putArray("required").add("spec");
        ObjectNode properties = schema.putObject("properties");
        properties.set("apiVersion", text("The versioned schema of this representation of an object."));
        properties.set("kind", text("The REST resource this object represents."));
        properties.putObject("metadata").put("type", "object");
        properties.set("spec", spec(fields));
        ObjectNode status = object("The observed state of the resource.");
        status.putObject("properties")
                .set("atProvider", object("What the provider observes.").set("properties", fields));
        ((ObjectNode) status.get("properties")).set("conditions", conditions());
        properties.set("status", status);
        return schema;
    }

    private static ObjectNode spec(ObjectNode fields) {
        ObjectNode spec = object("The desired state of the resource.");
        spec.putArray("required").add("forProvider");
        ObjectNode properties = spec.putObject("properties");
        ObjectNode deletion = text("What happens to the external resource when the managed one is deleted.");
        deletion.put("default", "Delete").putArray("enum").add("Orphan").add("Delete");
        properties.set("deletionPolicy", deletion);
        properties.set("forProvider", object("").set("properties", fields));
        properties.set(
                "initProvider",
                object("Merged into forProvider when the resource is made.").set("properties", fields));
        ObjectNode policies = JsonNodeFactory.instance.objectNode().put("type", "array");
        policies.putArray("default").add("*");
        ObjectNode policy = text("A ManagementAction is one of the actions a controller may take.");
        ArrayNode actions = policy.putArray("enum");
        List.of("Observe", "Create", "Update", "Delete", "LateInitialize", "*").forEach(actions::add);
        policies.set("items", policy);
        properties.set("managementPolicies", policies);
        ObjectNode reference = object("The configuration of the provider that is used.");
        reference.putObject("default").put("name", "default");
        reference.putArray("required").add("name");
        reference.putObject("properties").set("name", text("Name of the referenced object."));
        properties.set("providerConfigRef", reference);
        ArrayNode rules = spec.putArray("x-kubernetes-validations");
        fields.propertyStream()
                .limit(2)
                .forEach(field -> rules.addObject()
                        .put(
                                "rule",
                                "!('*' in self.managementPolicies || 'Create' in self.managementPolicies || 'Update' in"
                                        + " self.managementPolicies) || has(self.forProvider." + field.getKey()
                                        + ") || (has(self.initProvider) && has(self.initProvider." + field.getKey()
                                        + "))")
                        .put("message", "spec.forProvider." + field.getKey() + " is a required parameter"));
        return spec;
    }

    private static ObjectNode conditions() {
        ObjectNode condition = object("A Condition that may apply to a resource.");
        ObjectNode properties = condition.putObject("properties");
        for (String name : List.of("lastTransitionTime", "message", "reason", "status", "type")) {
            properties.set(name, text("The " + name + " of this condition."));
            condition.withArrayProperty("required").add(name);
        }
        ((ObjectNode) properties.get("lastTransitionTime")).put("format", "date-time");
        ObjectNode list = JsonNodeFactory.instance.objectNode().put("description", "Conditions of the resource.");
        list.put("type", "array").set("items", condition);
        list.putArray("x-kubernetes-list-map-keys").add("type");
        return list.put("x-kubernetes-list-type", "map");
    }

    private static ObjectNode fields(SplittableRandom random, int count, int depth) {
        ObjectNode out = JsonNodeFactory.instance.objectNode();
        while (out.size() < count) {
            String name = NOUNS.get(random.nextInt(NOUNS.size())) + SUFFIXES.get(random.nextInt(SUFFIXES.size()));
            out.set(name, field(random, depth));
        }
        return out;
    }

    private static ObjectNode field(SplittableRandom random, int depth) {
        int choice = random.nextInt(depth == 0 ? 14 : 20);
        if (choice < 9) {
            return text(sentence(random));
        }
        if (choice < 11) {
            return typed("number", random);
        }
        if (choice < 13) {
            return typed("boolean", random);
        }
        if (choice == 13) {
            ObjectNode map = object(sentence(random));
            map.putObject("additionalProperties").put("type", "string");
            return map.put("x-kubernetes-map-type", "granular");
        }
        if (choice < 16) {
            ObjectNode set = typed("array", random);
            set.putObject("items").put("type", "string");
            return set.put("x-kubernetes-list-type", "set");
        }
        ObjectNode list = typed("array", random);
        ObjectNode item = JsonNodeFactory.instance.objectNode().put("type", "object");
        item.set("properties", fields(random, 3 + random.nextInt(6), depth - 1));
        list.set("items", item);
        return list;
    }

    private static ObjectNode typed(String type, SplittableRandom random) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("description", sentence(random))
                .put("type", type);
    }

    private static ObjectNode text(String description) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("description", description)
                .put("type", "string");
    }

    private static ObjectNode object(String description) {
        ObjectNode out = JsonNodeFactory.instance.objectNode();
        if (!description.isEmpty()) {
            out.put("description", description);
        }
        return out.put("type", "object");
    }

    private static String sentence(SplittableRandom random) {
        StringBuilder out = new StringBuilder();
        int words = 8 + random.nextInt(24);
        for (int i = 0; i < words; i++) {
            String word = WORDS.get(random.nextInt(WORDS.size()));
            out.append(i == 0 ? Character.toUpperCase(word.charAt(0)) + word.substring(1) : " " + word);
        }
        return out.append('.').toString();
    }
}
