package io.kybern.apiserver.registry.core;

import static io.kybern.crd.resource.Trees.at;
import static io.kybern.crd.resource.Trees.objects;
import static io.kybern.crd.resource.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.registry.podspec.ResourceLists;
import io.kybern.apiserver.registry.podspec.ResourceValidation;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.name.Names;
import io.kybern.crd.value.Quantity;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** The limits of a LimitRange against each other. Source: {@code ValidateLimitRange}. */
final class LimitRangeValidation {
    private static final Set<String> TYPES = Set.of("Pod", "Container", "PersistentVolumeClaim");

    private final JsonNode limit;
    private final String type;
    private final FieldPath path;
    private final FieldErrors errors;
    private final Set<String> resources = new TreeSet<>();

    private LimitRangeValidation(JsonNode limit, FieldPath path, FieldErrors errors) {
        this.limit = limit;
        this.type = text(limit, "type");
        this.path = path;
        this.errors = errors;
    }

    static void validate(ObjectNode range, FieldErrors errors) {
        Set<String> types = new HashSet<>();
        int i = 0;
        for (ObjectNode limit : objects(at(range, "spec", "limits"))) {
            FieldPath path = FieldPath.of("spec", "limits").index(i++);
            LimitRangeValidation validation = new LimitRangeValidation(limit, path, errors);
            validation.type();
            if (!types.add(validation.type)) {
                errors.duplicate(path.child("type"), validation.type);
            }
            validation.names();
            validation.resources.forEach(validation::compare);
        }
    }

    private void type() {
        List<String> complaints = Names.qualifiedName(type);
        errors.invalidEach(path.child("type"), type, complaints);
        if (complaints.isEmpty() && !type.contains("/") && !TYPES.contains(type)) {
            errors.invalid(path.child("type"), type, "must be a standard limit type or fully qualified");
        }
    }

    private void names() {
        names("max");
        names("min");
        for (String list : List.of("default", "defaultRequest")) {
            if (!type.equals("Pod")) {
                names(list);
            } else if (!limit.path(list).isEmpty()) {
                errors.forbidden(path.child(list), "may not be specified when `type` is 'Pod'");
            }
        }
        if (type.equals("PersistentVolumeClaim")
                && !limit.path("min").has("storage")
                && !limit.path("max").has("storage")) {
            errors.required(
                    path.child("limits"),
                    "either minimum or maximum storage value is required, but neither was provided");
        }
        names("maxLimitRequestRatio");
    }

    private void names(String list) {
        limit.path(list).propertyStream().forEach(e -> {
            FieldPath at = path.child(list).key(e.getKey());
            if (type.equals("Pod") || type.equals("Container")) {
                ResourceValidation.containerName(e.getKey(), at, errors);
            } else {
                ResourceValidation.name(e.getKey(), at, errors);
            }
            resources.add(e.getKey());
        });
    }

    private boolean has(String list, String resource) {
        boolean counts = !type.equals("Pod") || !list.startsWith("default");
        return counts && limit.path(list).has(resource);
    }

    private Quantity quantity(String list, String resource) {
        return ResourceLists.quantity(limit.path(list), resource);
    }

    private void compare(String resource) {
        order(resource, "min", "max", "min", "min", "min value %s is greater than max value %s");
        order(
                resource,
                "min",
                "defaultRequest",
                "defaultRequest",
                "defaultRequest",
                "min value %s is greater than default request value %s");
        order(
                resource,
                "defaultRequest",
                "max",
                "defaultRequest",
                "defaultRequest",
                "default request value %s is greater than max value %s");
        order(
                resource,
                "defaultRequest",
                "default",
                "defaultRequest",
                "defaultRequest",
                "default request value %s is greater than default limit value %s");
        order(resource, "min", "default", "default", "min", "min value %s is greater than default value %s");
        order(resource, "default", "max", "default", "max", "default value %s is greater than max value %s");
        ratio(resource);
        if (!ResourceValidation.isOvercommitAllowed(resource)
                && has("default", resource)
                && has("defaultRequest", resource)
                && quantity("default", resource).compareTo(quantity("defaultRequest", resource)) != 0) {
            errors.invalid(
                    path.child("defaultRequest").key(resource),
                    quantity("defaultRequest", resource).toString(),
                    "default value " + quantity("default", resource) + " must equal to defaultRequest value "
                            + quantity("defaultRequest", resource) + " in " + resource);
        }
    }

    private void order(String resource, String low, String high, String field, String shown, String message) {
        if (has(low, resource)
                && has(high, resource)
                && quantity(low, resource).compareTo(quantity(high, resource)) > 0) {
            errors.invalid(
                    path.child(field).key(resource),
                    quantity(shown, resource).toString(),
                    String.format(Locale.ROOT, message, quantity(low, resource), quantity(high, resource)));
        }
    }

    private void ratio(String resource) {
        if (!has("maxLimitRequestRatio", resource)) {
            return;
        }
        Quantity ratio = quantity("maxLimitRequestRatio", resource);
        FieldPath at = path.child("maxLimitRequestRatio").key(resource);
        if (ratio.compareTo(Quantity.parse("1")) < 0) {
            errors.invalid(at, ratio.toString(), "ratio " + ratio + " is less than 1");
        }
        if (has("min", resource) && has("max", resource)) {
            double most = quantity("max", resource).milliValue().doubleValue()
                    / quantity("min", resource).milliValue().doubleValue();
            if (ratio.amount().doubleValue() > most) {
                errors.invalid(
                        at,
                        ratio.toString(),
                        String.format(Locale.ROOT, "ratio %s is greater than max/min = %f", ratio, most));
            }
        }
    }
}
