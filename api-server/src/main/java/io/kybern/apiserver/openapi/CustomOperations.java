package io.kybern.apiserver.openapi;

import io.kybern.crd.resource.GroupVersionKind;
import io.kybern.crd.resource.ResourceDefinition;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The operations of a custom resource in one version. Source: apiextensions-apiserver/pkg/controller/openapi/builder. */
final class CustomOperations {
    private static final List<String> LIST = List.of(
            "allowWatchBookmarks",
            "continue",
            "fieldSelector",
            "labelSelector",
            "limit",
            "resourceVersion",
            "resourceVersionMatch",
            "sendInitialEvents",
            "shardSelector",
            "timeoutSeconds",
            "watch");
    private static final List<String> WRITE = List.of("dryRun", "fieldManager", "fieldValidation");
    private static final List<String> PATCH = List.of("dryRun", "fieldManager", "fieldValidation", "force");
    private static final List<String> DELETE = List.of(
            "dryRun",
            "gracePeriodSeconds",
            "ignoreStoreReadErrorWithClusterBreakingPotential",
            "orphanDependents",
            "propagationPolicy");
    private static final List<String> BODIES = List.of("application/json", "application/yaml");
    private static final List<String> PATCHES =
            List.of("application/apply-patch+yaml", "application/json-patch+json", "application/merge-patch+json");
    private static final String META = "io.k8s.apimachinery.pkg.apis.meta.v1.";
    private static final String STATUS = META + "Status";
    private static final String SCALE = "io.k8s.api.autoscaling.v1.Scale";

    private final ResourceDefinition definition;
    private final GroupVersionKind kind;
    private final String component;
    private final String idStem;
    private final List<Operation> out = new ArrayList<>();

    private CustomOperations(ResourceDefinition definition, ResourceDefinition.Version version) {
        this.definition = definition;
        this.kind = definition.kind(version);
        this.component = CustomSchemas.name(kind);
        this.idStem = Operation.capitalised(Operation.camelCase(kind.group())) + Operation.capitalised(kind.version());
    }

    static List<Operation> of(ResourceDefinition definition, ResourceDefinition.Version version) {
        return new CustomOperations(definition, version).all(version);
    }

    private List<Operation> all(ResourceDefinition.Version version) {
        String root = "/apis/" + kind.group() + "/" + kind.version() + "/";
        String plural = definition.names().plural();
        String collection = definition.namespaced() ? root + "namespaces/{namespace}/" + plural : root + plural;
        String listed = CustomSchemas.name(listKind());
        add(collection, "get", "list", "list", "", LIST, listed, "200");
        write(collection, "post", "create", "", component, component, "200", "201", "202");
        add(collection, "delete", "deletecollection", "delete", "Collection", LIST, STATUS, "200");
        String item = collection + "/{name}";
        add(item, "get", "get", "read", "", List.of("resourceVersion"), component, "200");
        write(item, "put", "replace", "", component, component, "200", "201");
        delete(item);
        patch(item, "", component);
        version.subresources().keySet().stream().sorted().forEach(name -> {
            String returned = name.equals("scale") ? SCALE : component;
            String path = item + "/" + name;
            String suffix = Operation.capitalised(name);
            add(path, "get", "get", "read", suffix, List.of("resourceVersion"), returned, "200");
            write(path, "put", "replace", suffix, returned, returned, "200", "201");
            patch(path, suffix, returned);
        });
        if (definition.namespaced()) {
            String id = "list" + idStem + kind.kind() + "ForAllNamespaces";
            out.add(operation(root + plural, "get", "list", id, LIST, BODIES, listed, Optional.empty(), "200"));
        }
        return out;
    }

    private GroupVersionKind listKind() {
        return new GroupVersionKind(
                kind.group(), kind.version(), definition.names().listKind());
    }

    private void add(
            String path,
            String method,
            String action,
            String verb,
            String suffix,
            List<String> parameters,
            String returned,
            String status) {
        out.add(operation(
                path, method, action, id(verb, suffix), parameters, BODIES, returned, Optional.empty(), status));
    }

    private void write(
            String path, String method, String verb, String suffix, String body, String returned, String... statuses) {
        out.add(operation(
                path, method, method, id(verb, suffix), WRITE, BODIES, returned, Optional.of(body), statuses));
    }

    private void delete(String path) {
        Optional<String> options = Optional.of(Operation.DELETE_OPTIONS);
        out.add(operation(path, "delete", "delete", id("delete", ""), DELETE, BODIES, STATUS, options, "200", "202"));
    }

    private void patch(String path, String suffix, String returned) {
        Optional<String> body = Optional.of(META + "Patch");
        out.add(operation(path, "patch", "patch", id("patch", suffix), PATCH, PATCHES, returned, body, "200"));
    }

    /** {@code readExampleComV1NamespacedWidgetStatus}, {@code deleteExampleComV1CollectionNamespacedWidget}. */
    private String id(String verb, String suffix) {
        boolean collection = suffix.equals("Collection");
        String scope = definition.namespaced() ? "Namespaced" : "";
        return verb + idStem + (collection ? suffix : "") + scope + kind.kind() + (collection ? "" : suffix);
    }

    private Operation operation(
            String path,
            String method,
            String action,
            String id,
            List<String> parameters,
            List<String> consumes,
            String returned,
            Optional<String> body,
            String... statuses) {
        List<String> all = new ArrayList<>(parameters);
        all.add("pretty");
        if (path.contains("{name}")) {
            all.add("name");
        }
        if (path.contains("{namespace}")) {
            all.add("namespace");
        }
        Collections.sort(all);
        Map<String, List<String>> produces = new LinkedHashMap<>();
        Map<String, String> returns = new LinkedHashMap<>();
        for (String status : statuses) {
            produces.put(status, BODIES);
            returns.put(status, returned);
        }
        produces.put("401", List.of());
        return new Operation(
                path, method, id, action, Optional.of(kind), kind.kind(), all, consumes, produces, returns, body);
    }
}
