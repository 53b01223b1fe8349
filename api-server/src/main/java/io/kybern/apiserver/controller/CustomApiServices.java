package io.kybern.apiserver.controller;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.customresource.StoredDefinition;
import io.kybern.apiserver.loopback.Loopback;
import io.kybern.apiserver.storage.StoredObject;
import io.kybern.crd.resource.GroupResource;
import io.kybern.crd.resource.Trees;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Keeps an APIService for each group and version that CustomResourceDefinitions serve, as those of the built-in groups are
 * there from the start. One that somebody has made by hand, or taken over by removing its label, is left alone. Source: {@code
 * pkg/controlplane/controller/crdregistration}, {@code kube-aggregator/pkg/controllers/autoregister}.
 */
public final class CustomApiServices implements Runnable {
    private static final GroupResource DEFINITIONS =
            new GroupResource("apiextensions.k8s.io", "customresourcedefinitions");
    private static final GroupResource API_SERVICES = new GroupResource("apiregistration.k8s.io", "apiservices");
    public static final List<GroupResource> WATCHED = List.of(DEFINITIONS, API_SERVICES);

    /** The services that follow from a definition, kept beside it: each change of one makes this look at all. */
    private static final String FORM = "api-services";

    private static final String MANAGED = "kube-aggregator.kubernetes.io/automanaged";
    /** Those of the built-in groups say {@code onstart}. */
    private static final String ALWAYS = "true";

    private static final long GROUP_PRIORITY = 1000;
    private static final long VERSION_PRIORITY = 100;

    private final Loopback loopback;

    public CustomApiServices(Loopback loopback) {
        this.loopback = loopback;
    }

    @Override
    public void run() {
        Map<String, ObjectNode> missing = served();
        for (ObjectNode present : loopback.list(API_SERVICES, "")) {
            ObjectNode wanted = missing.remove(Trees.text(present, "metadata", "name"));
            if (!Trees.text(present.path("metadata").path("labels"), MANAGED).equals(ALWAYS)) {
                continue;
            }
            if (wanted == null) {
                loopback.delete(present);
            } else if (!present.path("spec").equals(wanted.path("spec"))) {
                ObjectNode changed = present.deepCopy();
                changed.set("spec", wanted.path("spec"));
                loopback.update(changed);
            }
        }
        missing.values().forEach(loopback::create);
    }

    /** By name. */
    private Map<String, ObjectNode> served() {
        Map<String, ObjectNode> out = new TreeMap<>();
        for (StoredObject definition : loopback.objects(DEFINITIONS, "")) {
            definition
                    .<Map<String, ObjectNode>>kept(FORM)
                    .orElseGet(() -> definition.keep(FORM, services(StoredDefinition.outline(definition))))
                    .forEach(out::put);
        }
        return out;
    }

    private static Map<String, ObjectNode> services(ObjectNode definition) {
        String group = Trees.text(definition, "spec", "group");
        Map<String, ObjectNode> out = new HashMap<>();
        for (JsonNode version : definition.path("spec").path("versions")) {
            if (version.path("served").asBoolean()) {
                ObjectNode service = service(group, Trees.text(version, "name"));
                out.put(Trees.text(service, "metadata", "name"), service);
            }
        }
        return Map.copyOf(out);
    }

    private static ObjectNode service(String group, String version) {
        ObjectNode service = JsonNodeFactory.instance
                .objectNode()
                .put("apiVersion", "apiregistration.k8s.io/v1")
                .put("kind", "APIService");
        service.putObject("metadata")
                .put("name", version + "." + group)
                .putObject("labels")
                .put(MANAGED, ALWAYS);
        service.putObject("spec")
                .put("group", group)
                .put("version", version)
                .put("groupPriorityMinimum", GROUP_PRIORITY)
                .put("versionPriority", VERSION_PRIORITY);
        return service;
    }
}
