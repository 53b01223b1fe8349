package io.kybern.apiserver.customresource.behaviour;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** Definitions and objects of the kinds that tests make. */
final class Gadgets {
    /** A schema that lets everything pass. */
    static final String ANYTHING = "{type: object, x-kubernetes-preserve-unknown-fields: true}";

    private Gadgets() {}

    /** Versions v1beta1 (stored), v1beta2 (not served) and v0. */
    static ObjectNode threeVersions(String group, String scope) {
        ObjectNode definition = definition(group, scope, "v1beta1", "true, storage: true", ANYTHING);
        definition
                .withArray("/spec/versions")
                .add(version("v1beta2", "false, storage: false", ANYTHING))
                .add(version("v0", "true, storage: false", ANYTHING));
        return definition;
    }

    /** One version, v1. */
    static ObjectNode definition(String group, String scope, String schema) {
        return definition(group, scope, "v1", "true, storage: true", schema);
    }

    private static ObjectNode definition(String group, String scope, String version, String served, String schema) {
        ObjectNode definition = Cluster.yaml("""
                apiVersion: apiextensions.k8s.io/v1
                kind: CustomResourceDefinition
                metadata: {name: gadgets.%s}
                spec:
                  group: %s
                  scope: %s
                  names: {plural: gadgets, singular: gadget, kind: Gadget, listKind: GadgetItems, shortNames: [gx, gy]}
                  versions: []
                """.formatted(group, group, scope));
        definition.withArray("/spec/versions").add(version(version, served, schema));
        return definition;
    }

    static ObjectNode version(String name, String served, String schema) {
        ObjectNode version = Cluster.yaml("{name: %s, served: %s, schema: {}}".formatted(name, served));
        version.withObject("/schema").set("openAPIV3Schema", Cluster.yaml(schema));
        return version;
    }

    static String name(String group) {
        return "gadgets." + group;
    }

    static String path(String group, String version, String namespace) {
        String base = "/apis/" + group + "/" + version;
        return namespace.isEmpty() ? base + "/gadgets" : base + "/namespaces/" + namespace + "/gadgets";
    }

    static ObjectNode gadget(String group, String version, String name, String content) {
        ObjectNode object = Cluster.yaml("{apiVersion: %s/%s, kind: Gadget}".formatted(group, version));
        object.putObject("metadata").put("name", name);
        object.setAll(Cluster.yaml(content));
        return object;
    }
}
