package io.kybern.apiserver.registry.podspec;

import static io.kybern.crd.resource.Trees.number;
import static io.kybern.crd.resource.Trees.objects;
import static io.kybern.crd.resource.Trees.text;
import static io.kybern.crd.resource.Trees.texts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.field.FieldChecks;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.label.LabelSelectors;
import io.kybern.crd.name.Names;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Affinities, topology spread constraints and tolerations: where a pod wants to go. */
public final class AffinityValidation {
    private static final String REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution";
    private static final String PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution";
    private static final List<String> EFFECTS = List.of("NoSchedule", "PreferNoSchedule", "NoExecute");

    private AffinityValidation() {}

    static void affinity(JsonNode affinity, FieldPath path, FieldErrors errors) {
        JsonNode node = affinity.path("nodeAffinity");
        FieldPath nodePath = path.child("nodeAffinity");
        if (node.has(REQUIRED)) {
            nodeSelector(node.path(REQUIRED), nodePath.child(REQUIRED), errors);
        }
        List<ObjectNode> preferred = objects(node.path(PREFERRED));
        for (int i = 0; i < preferred.size(); i++) {
            FieldPath at = nodePath.child(PREFERRED).index(i);
            weight(preferred.get(i), at, errors);
            nodeTerm(preferred.get(i).path("preference"), false, at.child("preference"), errors);
        }
        for (String kind : List.of("podAffinity", "podAntiAffinity")) {
            podAffinity(affinity.path(kind), path.child(kind), errors);
        }
    }

    private static void weight(JsonNode term, FieldPath path, FieldErrors errors) {
        long weight = number(term, "weight");
        if (weight <= 0 || weight > 100) {
            errors.invalid(path.child("weight"), weight, "must be in the range 1-100");
        }
    }

    /** A {@code NodeSelector}, as pods and volumes have. */
    public static void nodeSelector(JsonNode selector, FieldPath path, FieldErrors errors) {
        List<ObjectNode> terms = objects(selector.path("nodeSelectorTerms"));
        FieldPath at = path.child("nodeSelectorTerms");
        if (terms.isEmpty()) {
            errors.required(at, "must have at least one node selector term");
        }
        for (int i = 0; i < terms.size(); i++) {
            nodeTerm(terms.get(i), true, at.index(i), errors);
        }
    }

    private static void nodeTerm(JsonNode term, boolean checkValues, FieldPath path, FieldErrors errors) {
        int i = 0;
        for (ObjectNode requirement : objects(term.path("matchExpressions"))) {
            nodeRequirement(
                    requirement, checkValues, path.child("matchExpressions").index(i++), errors);
        }
        i = 0;
        for (ObjectNode requirement : objects(term.path("matchFields"))) {
            fieldRequirement(requirement, path.child("matchFields").index(i++), errors);
        }
    }

    private static void nodeRequirement(JsonNode rule, boolean checkValues, FieldPath path, FieldErrors errors) {
        List<String> values = texts(rule.path("values"));
        switch (text(rule, "operator")) {
            case "In", "NotIn" -> {
                if (values.isEmpty()) {
                    errors.required(path.child("values"), "must be specified when `operator` is 'In' or 'NotIn'");
                }
            }
            case "Exists", "DoesNotExist" -> {
                if (!values.isEmpty()) {
                    errors.forbidden(
                            path.child("values"), "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
                }
            }
            case "Gt", "Lt" -> {
                if (values.size() != 1) {
                    errors.required(
                            path.child("values"), "must be specified single value when `operator` is 'Lt' or 'Gt'");
                }
            }
            default -> errors.invalid(path.child("operator"), text(rule, "operator"), "not a valid selector operator");
        }
        FieldChecks.qualifiedName(text(rule, "key"), path.child("key"), errors);
        for (int i = 0; checkValues && i < values.size(); i++) {
            errors.invalidEach(path.child("values").index(i), values.get(i), Names.labelValue(values.get(i)));
        }
    }

    private static void fieldRequirement(JsonNode rule, FieldPath path, FieldErrors errors) {
        List<String> values = texts(rule.path("values"));
        String operator = text(rule, "operator");
        if (!operator.equals("In") && !operator.equals("NotIn")) {
            errors.invalid(path.child("operator"), operator, "not a valid selector operator");
        } else if (values.size() != 1) {
            errors.required(
                    path.child("values"),
                    "must be only one value when `operator` is 'In' or 'NotIn' for node field selector");
        }
        if (!text(rule, "key").equals("metadata.name")) {
            errors.invalid(path.child("key"), text(rule, "key"), "not a valid field selector key");
        } else {
            for (int i = 0; i < values.size(); i++) {
                FieldChecks.dnsSubdomain(values.get(i), path.child("values").index(i), errors);
            }
        }
    }

    private static void podAffinity(JsonNode affinity, FieldPath path, FieldErrors errors) {
        int i = 0;
        for (ObjectNode term : objects(affinity.path(REQUIRED))) {
            podTerm(term, path.child(REQUIRED).index(i++), errors);
        }
        i = 0;
        for (ObjectNode term : objects(affinity.path(PREFERRED))) {
            FieldPath at = path.child(PREFERRED).index(i++);
            weight(term, at, errors);
            podTerm(term.path("podAffinityTerm"), at.child("podAffinityTerm"), errors);
        }
    }

    private static void podTerm(JsonNode term, FieldPath path, FieldErrors errors) {
        LabelSelectors.validate(term.path("labelSelector"), path.child("labelSelector"), errors);
        LabelSelectors.validate(term.path("namespaceSelector"), path.child("namespaceSelector"), errors);
        for (String namespace : texts(term.path("namespaces"))) {
            FieldChecks.dnsLabel(namespace, path.child("namespace"), errors);
        }
        labelKeys(term, path, errors);
        String key = text(term, "topologyKey");
        if (key.isEmpty()) {
            errors.required(path.child("topologyKey"), "can not be empty");
        }
        FieldChecks.qualifiedName(key, path.child("topologyKey"), errors);
    }

    private static void labelKeys(JsonNode term, FieldPath path, FieldErrors errors) {
        JsonNode selector = term.path("labelSelector");
        List<String> match = texts(term.path("matchLabelKeys"));
        List<String> mismatch = texts(term.path("mismatchLabelKeys"));
        keyList(match, selector, path.child("matchLabelKeys"), errors);
        keyList(mismatch, selector, path.child("mismatchLabelKeys"), errors);
        Set<String> selected = new HashSet<>();
        selector.path("matchLabels").propertyStream().forEach(e -> selected.add(e.getKey()));
        for (ObjectNode expression : objects(selector.path("matchExpressions"))) {
            String key = text(expression, "key");
            if (match.contains(key) && selected.contains(key)) {
                errors.invalid(
                        path.index(match.lastIndexOf(key)), key, "exists in both matchLabelKeys and labelSelector");
            }
            selected.add(key);
        }
        for (int i = 0; i < match.size(); i++) {
            if (mismatch.contains(match.get(i))) {
                errors.invalid(
                        path.child("matchLabelKeys").index(i),
                        match.get(i),
                        "exists in both matchLabelKeys and mismatchLabelKeys");
            }
        }
    }

    private static void keyList(List<String> keys, JsonNode selector, FieldPath path, FieldErrors errors) {
        if (!keys.isEmpty() && selector.isMissingNode()) {
            errors.forbidden(path, "must not be specified when labelSelector is not set");
            return;
        }
        for (int i = 0; i < keys.size(); i++) {
            FieldChecks.qualifiedName(keys.get(i), path.index(i), errors);
        }
    }

    static void spreadConstraints(JsonNode list, FieldPath path, FieldErrors errors) {
        List<ObjectNode> constraints = objects(list);
        for (int i = 0; i < constraints.size(); i++) {
            ObjectNode constraint = constraints.get(i);
            FieldPath at = path.index(i);
            FieldChecks.positive(number(constraint, "maxSkew"), at.child("maxSkew"), errors);
            String key = text(constraint, "topologyKey");
            String action = text(constraint, "whenUnsatisfiable");
            if (key.isEmpty()) {
                errors.required(at.child("topologyKey"), "can not be empty");
            }
            FieldChecks.oneOf(
                    action, List.of("DoNotSchedule", "ScheduleAnyway"), at.child("whenUnsatisfiable"), errors);
            boolean repeated = constraints.subList(i + 1, constraints.size()).stream()
                    .anyMatch(other -> text(other, "topologyKey").equals(key)
                            && text(other, "whenUnsatisfiable").equals(action));
            if (repeated) {
                errors.duplicate(at.child("{topologyKey, whenUnsatisfiable}"), "{" + key + ", " + action + "}");
            }
            if (constraint.has("minDomains")) {
                long domains = number(constraint, "minDomains");
                FieldChecks.positive(domains, at.child("minDomains"), errors);
                if (!action.equals("DoNotSchedule")) {
                    errors.invalid(
                            at.child("minDomains"),
                            domains,
                            "can only use minDomains if whenUnsatisfiable=DoNotSchedule, not " + action);
                }
            }
            for (String policy : List.of("nodeAffinityPolicy", "nodeTaintsPolicy")) {
                if (constraint.has(policy)) {
                    FieldChecks.oneOf(text(constraint, policy), List.of("Honor", "Ignore"), at.child(policy), errors);
                }
            }
            labelKeys(constraint, at, errors);
            LabelSelectors.validate(constraint.path("labelSelector"), at.child("labelSelector"), errors);
        }
    }

    public static void tolerations(JsonNode list, FieldPath path, FieldErrors errors) {
        int i = 0;
        for (ObjectNode toleration : objects(list)) {
            FieldPath at = path.index(i++);
            String key = text(toleration, "key");
            String operator = text(toleration, "operator");
            String effect = text(toleration, "effect");
            if (!key.isEmpty()) {
                FieldChecks.qualifiedName(key, at.child("key"), errors);
            } else if (!operator.equals("Exists")) {
                errors.invalid(
                        at.child("operator"),
                        operator,
                        "operator must be Exists when `key` is empty, which means \"match all values and all keys\"");
            }
            if (toleration.has("tolerationSeconds") && !effect.equals("NoExecute")) {
                errors.invalid(
                        at.child("effect"), effect, "effect must be 'NoExecute' when `tolerationSeconds` is set");
            }
            tolerated(operator, text(toleration, "value"), at.child("operator"), errors);
            if (!effect.isEmpty()) {
                FieldChecks.oneOf(effect, EFFECTS, at.child("effect"), errors);
            }
        }
    }

    private static void tolerated(String operator, String value, FieldPath path, FieldErrors errors) {
        switch (operator) {
            case "", "Equal" -> {
                List<String> complaints = Names.labelValue(value);
                if (!complaints.isEmpty()) {
                    errors.invalid(path, value, String.join(";", complaints));
                }
            }
            case "Exists" -> {
                if (!value.isEmpty()) {
                    errors.invalid(path, value, "value must be empty when `operator` is 'Exists'");
                }
            }
            case "Lt", "Gt" -> errors.notSupported(path, operator, List.of("Equal", "Exists", "Lt", "Gt"));
            default -> errors.notSupported(path, operator, List.of("Equal", "Exists"));
        }
    }

    /** The effect of a taint; an empty one is required. */
    public static void taintEffect(String effect, FieldPath path, FieldErrors errors) {
        FieldChecks.requiredOneOf(effect, EFFECTS, path, errors);
    }
}
