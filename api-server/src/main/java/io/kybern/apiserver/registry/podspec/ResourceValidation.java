package io.kybern.apiserver.registry.podspec;

import static io.kybern.crd.resource.Trees.objects;
import static io.kybern.crd.resource.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.field.FieldChecks;
import io.kybern.crd.field.FieldError;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.name.Names;
import io.kybern.crd.value.Quantity;
import java.math.BigInteger;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Resource names, quantities and requirements. Source: {@code pkg/apis/core/validation} and {@code core/helper}. */
public final class ResourceValidation {
    private static final Set<String> COUNTED = Set.of(
            "pods",
            "resourcequotas",
            "services",
            "replicationcontrollers",
            "secrets",
            "configmaps",
            "persistentvolumeclaims",
            "services.nodeports",
            "services.loadbalancers");
    private static final Set<String> FOR_CONTAINERS = Set.of("cpu", "memory", "ephemeral-storage");
    private static final Set<String> MEASURED = Set.of(
            "cpu",
            "memory",
            "ephemeral-storage",
            "requests.cpu",
            "requests.memory",
            "requests.ephemeral-storage",
            "limits.cpu",
            "limits.memory",
            "limits.ephemeral-storage",
            "storage",
            "requests.storage");

    private ResourceValidation() {}

    /** Checks the name of one resource at its place in a map. */
    private interface NameCheck {
        void check(String resource, FieldPath path, FieldErrors errors);
    }

    public static boolean isHugePages(String resource) {
        return resource.startsWith("hugepages-");
    }

    public static boolean isStandard(String resource) {
        return MEASURED.contains(resource) || COUNTED.contains(resource) || isHugePages(resource);
    }

    static boolean isNative(String resource) {
        return !resource.contains("/") || resource.contains("kubernetes.io/");
    }

    public static boolean isExtended(String resource) {
        return !isNative(resource)
                && !resource.startsWith("requests.")
                && Names.qualifiedName("requests." + resource).isEmpty();
    }

    public static boolean isOvercommitAllowed(String resource) {
        return isNative(resource) && !isHugePages(resource);
    }

    /** Complains about a name that no resource has; answers whether it is fine. */
    public static boolean name(String resource, FieldPath path, FieldErrors errors) {
        int before = errors.size();
        errors.invalidEach(path, resource, Names.qualifiedName(resource));
        if (errors.size() == before && !resource.contains("/") && !isStandard(resource)) {
            errors.invalid(path, resource, "must be a standard resource type or fully qualified");
        }
        return errors.size() == before;
    }

    /** Complains about a name that no resource of containers has. */
    public static void containerName(String resource, FieldPath path, FieldErrors errors) {
        name(resource, path, errors);
        if (!resource.contains("/")) {
            if (!FOR_CONTAINERS.contains(resource) && !isHugePages(resource)) {
                errors.invalid(path, resource, "must be a standard resource for containers");
            }
        } else if (!isNative(resource) && !isExtended(resource)) {
            errors.invalid(path, resource, "doesn't follow extended resource name standard");
        }
    }

    private static void podName(String resource, FieldPath path, FieldErrors errors) {
        if (name(resource, path, errors) && !PodLevelResources.isSupported(resource)) {
            errors.notSupported(path, resource, List.of("cpu", "hugepages-", "memory"));
        }
    }

    /** Complains about a negative quantity, or a fraction of what is counted. */
    public static void quantity(String resource, Quantity quantity, FieldPath path, FieldErrors errors) {
        if (quantity.compareTo(Quantity.ZERO) < 0) {
            errors.invalid(path, quantity.toString(), "must be greater than or equal to 0");
        }
        boolean whole = quantity.milliValue().mod(BigInteger.valueOf(1000)).signum() == 0;
        if ((COUNTED.contains(resource) || isExtended(resource)) && !whole) {
            errors.invalid(path, quantity.toString(), "must be an integer");
        }
    }

    /** The resources of a container. */
    static void ofContainer(JsonNode resources, Set<String> claims, FieldPath path, FieldErrors errors) {
        requirements(resources, ResourceValidation::containerName, claims, path, errors);
    }

    /** The resources of a pod as a whole. */
    static void ofPod(JsonNode spec, Set<String> claims, FieldPath path, FieldErrors errors) {
        JsonNode resources = spec.path("resources");
        if (resources.isMissingNode()) {
            return;
        }
        FieldPath at = path.child("resources");
        if (text(spec, "os", "name").equals("windows")) {
            errors.forbidden(at, "may not be set for a windows pod");
            return;
        }
        if (resources.has("claims")) {
            errors.forbidden(at.child("claims"), "claims may not be set for Resources at pod-level");
        }
        requirements(resources, ResourceValidation::podName, claims, at, errors);
        consistency(spec, resources, at, errors);
    }

    private static void consistency(JsonNode spec, JsonNode resources, FieldPath path, FieldErrors errors) {
        for (Map.Entry<String, Quantity> e :
                ResourceLists.aggregate(spec, "requests").entrySet()) {
            JsonNode pod = resources.path("requests").path(e.getKey());
            if (!pod.isMissingNode() && e.getValue().compareTo(Quantity.parse(pod.asText())) > 0) {
                errors.invalid(
                        path.child("requests").key(e.getKey()),
                        pod,
                        "must be greater than or equal to aggregate container requests of " + e.getValue());
            }
        }
        for (Map.Entry<String, Quantity> e :
                ResourceLists.aggregate(spec, "limits").entrySet()) {
            JsonNode pod = resources.path("limits").path(e.getKey());
            if (isHugePages(e.getKey())
                    && !pod.isMissingNode()
                    && e.getValue().compareTo(Quantity.parse(pod.asText())) > 0) {
                errors.invalid(
                        path.child("limits").key(e.getKey()),
                        pod,
                        "must be greater than or equal to aggregate container limits of " + e.getValue());
            }
        }
        List<ObjectNode> containers = objects(spec.path("containers"));
        for (int i = 0; i < containers.size(); i++) {
            FieldPath at = path.child("containers").index(i);
            containers.get(i).path("resources").path("limits").propertyStream().forEach(e -> {
                JsonNode pod = resources.path("limits").path(e.getKey());
                Quantity own = Quantity.parse(e.getValue().asText());
                if (!pod.isMissingNode() && own.compareTo(Quantity.parse(pod.asText())) > 0) {
                    errors.invalid(
                            at.key(e.getKey()).child("limits"),
                            own.toString(),
                            "must be less than or equal to pod limits of " + pod.asText());
                }
            });
        }
    }

    /** Overhead is a list of limits. */
    public static void overhead(JsonNode overhead, FieldPath path, FieldErrors errors) {
        FieldPath at = path.child("limits");
        overhead.propertyStream()
                .forEach(e -> limit(e.getKey(), e.getValue(), ResourceValidation::containerName, at, errors));
    }

    private static void requirements(
            JsonNode resources, NameCheck names, Set<String> claims, FieldPath path, FieldErrors errors) {
        JsonNode limits = resources.path("limits");
        JsonNode requests = resources.path("requests");
        limits.propertyStream().forEach(e -> limit(e.getKey(), e.getValue(), names, path.child("limits"), errors));
        requests.propertyStream().forEach(e -> request(e.getKey(), e.getValue(), limits, names, path, errors));
        boolean compute = has(limits, "cpu", "memory") || has(requests, "cpu", "memory");
        boolean huge = limits.propertyStream().anyMatch(e -> isHugePages(e.getKey()))
                || requests.propertyStream().anyMatch(e -> isHugePages(e.getKey()));
        if (huge && !compute) {
            errors.forbidden(path, "HugePages require cpu or memory");
        }
        claims(resources.path("claims"), claims, path.child("claims"), errors);
    }

    private static boolean has(JsonNode list, String... names) {
        for (String name : names) {
            if (list.has(name)) {
                return true;
            }
        }
        return false;
    }

    private static void limit(String resource, JsonNode value, NameCheck names, FieldPath path, FieldErrors errors) {
        FieldPath at = path.key(resource);
        Quantity quantity = Quantity.parse(value.asText());
        names.check(resource, at, errors);
        quantity(resource, quantity, at, errors);
        hugePages(resource, quantity, at, errors);
    }

    private static void request(
            String resource, JsonNode value, JsonNode limits, NameCheck names, FieldPath path, FieldErrors errors) {
        FieldPath requests = path.child("requests");
        FieldPath at = requests.key(resource);
        Quantity quantity = Quantity.parse(value.asText());
        names.check(resource, at, errors);
        quantity(resource, quantity, at, errors);
        if (limits.has(resource)) {
            Quantity limit = Quantity.parse(limits.path(resource).asText());
            int compared = quantity.compareTo(limit);
            if (compared != 0 && !isOvercommitAllowed(resource)) {
                errors.invalid(requests, quantity.toString(), "must be equal to " + resource + " limit of " + limit);
            } else if (compared > 0) {
                errors.invalid(
                        requests,
                        quantity.toString(),
                        "must be less than or equal to " + resource + " limit of " + limit);
            }
        } else if (!isOvercommitAllowed(resource)) {
            errors.required(path.child("limits"), "Limit must be set for non overcommitable resources");
        }
        hugePages(resource, quantity, at, errors);
    }

    private static void hugePages(String resource, Quantity quantity, FieldPath path, FieldErrors errors) {
        if (!isHugePages(resource)) {
            return;
        }
        boolean divisible;
        try {
            BigInteger size =
                    Quantity.parse(resource.substring("hugepages-".length())).value();
            divisible = size.signum() > 0
                    && quantity.value().signum() >= 0
                    && quantity.value().mod(size).signum() == 0;
        } catch (IllegalArgumentException e) {
            divisible = false;
        }
        if (!divisible) {
            errors.invalid(path, quantity.toString(), quantity + " is not positive integer multiple of " + resource);
        }
    }

    private static void claims(JsonNode claims, Set<String> podClaims, FieldPath path, FieldErrors errors) {
        Set<String> names = new HashSet<>();
        List<ObjectNode> list = objects(claims);
        for (int i = 0; i < list.size(); i++) {
            String name = text(list.get(i), "name");
            String request = text(list.get(i), "request");
            FieldPath at = path.index(i);
            if (name.isEmpty()) {
                errors.required(at, "");
            } else if (names.contains(name)) {
                errors.duplicate(at, name);
            } else {
                if (!request.isEmpty()) {
                    FieldChecks.dnsLabel(request, at.child("request"), errors);
                }
                String key = request.isEmpty() ? name : name + "/" + request;
                if (names.contains(key)
                        || request.isEmpty() && names.stream().anyMatch(n -> n.startsWith(name + "/"))) {
                    errors.duplicate(at, key);
                }
                names.add(key);
            }
            if (!name.isEmpty() && !podClaims.contains(name)) {
                String known =
                        podClaims.isEmpty() ? " which is empty" : ": " + String.join(", ", new TreeSet<>(podClaims));
                errors.add(
                        FieldError.Type.NOT_FOUND,
                        at,
                        "Not found: " + FieldErrors.quote(name)
                                + ": must be one of the names in pod.spec.resourceClaims" + known);
            }
        }
    }
}
