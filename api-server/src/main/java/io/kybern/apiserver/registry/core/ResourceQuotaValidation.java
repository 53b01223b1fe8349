package io.kybern.apiserver.registry.core;

import static io.kybern.crd.resource.Trees.objects;
import static io.kybern.crd.resource.Trees.text;
import static io.kybern.crd.resource.Trees.texts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.registry.goform.InternalForm;
import io.kybern.apiserver.registry.podspec.ResourceValidation;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.value.Quantity;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Resources and scopes of a quota. Source: {@code ValidateResourceQuotaSpec}. */
final class ResourceQuotaValidation {
    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final Set<String> SCOPES = Set.of(
            "Terminating",
            "NotTerminating",
            "BestEffort",
            "NotBestEffort",
            "PriorityClass",
            "CrossNamespacePodAffinity",
            "VolumeAttributesClass");
    private static final Set<String> POD_RESOURCES =
            Set.of("cpu", "memory", "limits.cpu", "limits.memory", "requests.cpu", "requests.memory", "pods");
    private static final Set<String> QUOTA_RESOURCES = Set.of(
            "cpu",
            "memory",
            "ephemeral-storage",
            "requests.cpu",
            "requests.memory",
            "requests.storage",
            "requests.ephemeral-storage",
            "limits.cpu",
            "limits.memory",
            "limits.ephemeral-storage",
            "pods",
            "resourcequotas",
            "services",
            "replicationcontrollers",
            "secrets",
            "persistentvolumeclaims",
            "configmaps",
            "services.nodeports",
            "services.loadbalancers");

    private ResourceQuotaValidation() {}

    static void spec(JsonNode spec, FieldErrors errors) {
        quantities(spec.path("hard"), SPEC.child("hard"), errors);
        scopes(spec, errors);
        if (spec.has("scopeSelector")) {
            selector(spec, SPEC.child("scopeSelector").child("matchExpressions"), errors);
        }
    }

    static void quantities(JsonNode list, FieldPath path, FieldErrors errors) {
        list.propertyStream().forEach(e -> {
            String resource = e.getKey();
            FieldPath at = path.key(resource);
            if (!isQuotaResource(resource)) {
                ResourceValidation.name(resource, at, errors);
            }
            if (!resource.contains("/") && !isQuotaResource(resource)) {
                errors.invalid(at, resource, "must be a standard resource for quota");
            }
            ResourceValidation.quantity(resource, Quantity.parse(e.getValue().asText()), at, errors);
        });
    }

    private static boolean isQuotaResource(String resource) {
        return QUOTA_RESOURCES.contains(resource)
                || resource.startsWith("hugepages-")
                || resource.startsWith("requests.hugepages-");
    }

    private static boolean isValidFor(String scope, String resource) {
        return switch (scope) {
            case "Terminating", "NotTerminating", "NotBestEffort", "PriorityClass", "CrossNamespacePodAffinity" ->
                POD_RESOURCES.contains(resource) || resource.contains("ephemeral-storage");
            case "BestEffort" -> resource.equals("pods");
            case "VolumeAttributesClass" ->
                resource.equals("persistentvolumeclaims") || resource.equals("requests.storage");
            default -> true;
        };
    }

    private static List<String> sortedResources(JsonNode spec) {
        TreeSet<String> names = new TreeSet<>();
        spec.path("hard").propertyStream().forEach(e -> names.add(e.getKey()));
        return new ArrayList<>(names);
    }

    private static void scopes(JsonNode spec, FieldErrors errors) {
        FieldPath path = SPEC.child("scopes");
        JsonNode scopes = spec.path("scopes");
        for (String scope : texts(scopes)) {
            if (!SCOPES.contains(scope)) {
                errors.invalid(path, scopes, "unsupported scope");
            }
            for (String resource : sortedResources(spec)) {
                if (isQuotaResource(resource) && !isValidFor(scope, resource)) {
                    errors.invalid(path, scopes, "unsupported scope applied to resource");
                }
            }
        }
        conflicts(new HashSet<>(texts(scopes)), scopes, path, errors);
    }

    private static void conflicts(Set<String> scopes, JsonNode shown, FieldPath path, FieldErrors errors) {
        for (String scope : List.of("BestEffort", "Terminating")) {
            if (scopes.contains(scope) && scopes.contains("Not" + scope)) {
                errors.invalid(path, shown, "conflicting scopes");
            }
        }
    }

    private static void selector(JsonNode spec, FieldPath path, FieldErrors errors) {
        Set<String> scopes = new HashSet<>();
        JsonNode selector = spec.path("scopeSelector");
        for (ObjectNode requirement : objects(selector.path("matchExpressions"))) {
            String scope = text(requirement, "scopeName");
            String operator = text(requirement, "operator");
            JsonNode values = requirement.path("values");
            if (!SCOPES.contains(scope)) {
                errors.invalid(path.child("scopeName"), scope, "unsupported scope");
            }
            for (String resource : sortedResources(spec)) {
                if (isQuotaResource(resource) && !isValidFor(scope, resource)) {
                    errors.invalid(
                            path,
                            InternalForm.of("core.ScopeSelector", selector),
                            "unsupported scope applied to resource");
                }
            }
            boolean yesOrNo =
                    SCOPES.contains(scope) && !scope.equals("PriorityClass") && !scope.equals("VolumeAttributesClass");
            if (yesOrNo && !operator.equals("Exists")) {
                errors.invalid(
                        path.child("operator"),
                        operator,
                        "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating,"
                                + " ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort,"
                                + " ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity");
            }
            operator(operator, values, path, errors);
            scopes.add(scope);
        }
        conflicts(scopes, spec.path("scopes"), path, errors);
    }

    private static void operator(String operator, JsonNode values, FieldPath path, FieldErrors errors) {
        switch (operator) {
            case "In", "NotIn" -> {
                if (values.isEmpty()) {
                    errors.required(
                            path.child("values"),
                            "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector");
                }
            }
            case "Exists", "DoesNotExist" -> {
                if (!values.isEmpty()) {
                    errors.invalid(
                            path.child("values"),
                            values,
                            "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector");
                }
            }
            default -> errors.invalid(path.child("operator"), operator, "not a valid selector operator");
        }
    }
}
