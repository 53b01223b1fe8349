package io.kybern.apiserver.registry.resource;

import com.fasterxml.jackson.databind.JsonNode;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.name.Names;
import io.kybern.crd.resource.Trees;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;

/** Names, lists, taints and parameters as all kinds of the group have them. Source: {@code pkg/apis/resource/validation}. */
final class DeviceRules {
    static final int MAX_NAME_BYTES = 63;
    private static final int MAX_ID_BYTES = 32;
    private static final int MAX_POOL_BYTES = 253;
    private static final int MAX_PARAMETER_BYTES = 10 * 1024;
    private static final int MAX_CONDITIONS = 4;
    private static final List<String> EFFECTS = List.of("NoExecute", "NoSchedule", "None");

    private DeviceRules() {}

    /** What is to be said of one item of a list. */
    @FunctionalInterface
    interface ItemRule {
        void check(JsonNode item, FieldPath path, FieldErrors errors);
    }

    /** Complains about a list that is too long, else about its items. Answers whether these were looked at. */
    static boolean list(JsonNode list, int max, ItemRule rule, FieldPath path, FieldErrors errors) {
        if (list.size() > max) {
            errors.tooMany(path, list.size(), max);
            return false;
        }
        for (int i = 0; i < list.size(); i++) {
            rule.check(list.get(i), path.index(i), errors);
        }
        return true;
    }

    /** The same for a list whose items have something that no two of them may share. */
    static void set(
            JsonNode list, int max, ItemRule rule, Function<JsonNode, ?> key, FieldPath path, FieldErrors errors) {
        if (!list(list, max, rule, path, errors)) {
            return;
        }
        Set<Object> keys = new HashSet<>();
        for (int i = 0; i < list.size(); i++) {
            Object value = key.apply(list.get(i));
            if (!keys.add(value)) {
                errors.duplicate(path.index(i), value);
            }
        }
    }

    static void label(String name, FieldPath path, FieldErrors errors) {
        errors.invalidEach(path, name, Names.dnsLabel(name));
    }

    static void driver(String name, FieldPath path, FieldErrors errors) {
        if (name.isEmpty()) {
            errors.required(path, "");
            return;
        }
        if (Names.bytes(name) > MAX_NAME_BYTES) {
            errors.tooLong(path, MAX_NAME_BYTES);
        }
        errors.invalidEach(path, name, Names.dnsSubdomain(name.toLowerCase(Locale.ROOT)));
    }

    static void pool(String name, FieldPath path, FieldErrors errors) {
        if (name.isEmpty()) {
            errors.required(path, "");
            return;
        }
        if (Names.bytes(name) > MAX_POOL_BYTES) {
            errors.tooLong(path, MAX_POOL_BYTES);
        }
        for (String part : name.split("/", -1)) {
            errors.invalidEach(path, part, Names.dnsSubdomain(part));
        }
    }

    /** A C identifier, or one in the domain of a driver. */
    static void qualifiedName(String name, FieldPath path, FieldErrors errors) {
        String[] parts = name.split("/", -1);
        if (parts.length == 1) {
            identifier(name, path, errors);
        } else if (parts.length == 2) {
            if (parts[0].isEmpty()) {
                errors.invalid(path, "", "the domain must not be empty");
            } else {
                driver(parts[0], path, errors);
            }
            if (parts[1].isEmpty()) {
                errors.invalid(path, "", "the name must not be empty");
            } else {
                identifier(parts[1], path, errors);
            }
        }
    }

    static void fullyQualifiedName(String name, FieldPath path, FieldErrors errors) {
        qualifiedName(name, path, errors);
        if (!name.contains("/")) {
            errors.invalid(path, name, "a fully qualified name must be a domain and a name separated by a slash");
        }
    }

    private static void identifier(String id, FieldPath path, FieldErrors errors) {
        if (Names.bytes(id) > MAX_ID_BYTES) {
            errors.tooLong(path, MAX_ID_BYTES);
        }
        errors.invalidEach(path, id, Names.cIdentifier(id));
    }

    /** Parameters that only a driver understands. */
    static void configuration(JsonNode holder, FieldPath path, FieldErrors errors) {
        JsonNode opaque = holder.path("opaque");
        FieldPath at = path.child("opaque");
        if (!opaque.isObject()) {
            errors.required(at, "");
            return;
        }
        driver(Trees.text(opaque, "driver"), at.child("driver"), errors);
        jsonObject(opaque.path("parameters"), at.child("parameters"), errors);
    }

    static void jsonObject(JsonNode value, FieldPath path, FieldErrors errors) {
        if (value.isMissingNode() || value.isNull()) {
            errors.required(path, "");
        } else if (Names.bytes(value.toString()) > MAX_PARAMETER_BYTES) {
            errors.tooLong(path, MAX_PARAMETER_BYTES);
        } else if (!value.isObject()) {
            errors.invalid(path, "<value omitted>", "must be a valid JSON object");
        }
    }

    static void taint(JsonNode taint, FieldPath path, FieldErrors errors) {
        String key = Trees.text(taint, "key");
        errors.invalidEach(path.child("key"), key, Names.qualifiedName(key));
        String value = Trees.text(taint, "value");
        errors.invalidEach(path.child("value"), value, Names.labelValue(value));
        String effect = Trees.text(taint, "effect");
        if (effect.isEmpty()) {
            errors.required(path.child("effect"), "");
        } else {
            effect(effect, path, errors);
        }
    }

    static void toleration(JsonNode toleration, FieldPath path, FieldErrors errors) {
        String key = Trees.text(toleration, "key");
        if (!key.isEmpty()) {
            errors.invalidEach(path.child("key"), key, Names.qualifiedName(key));
        }
        String value = Trees.text(toleration, "value");
        String operator = Trees.text(toleration, "operator");
        switch (operator) {
            case "Exists" -> {
                if (!value.isEmpty()) {
                    errors.invalid(path.child("value"), value, "must be empty for operator `Exists`");
                }
            }
            case "Equal" -> errors.invalidEach(path.child("value"), value, Names.labelValue(value));
            case "" -> errors.required(path.child("operator"), "");
            default -> errors.notSupported(path.child("operator"), operator, List.of("Equal", "Exists"));
        }
        effect(Trees.text(toleration, "effect"), path, errors);
    }

    private static void effect(String effect, FieldPath path, FieldErrors errors) {
        if (!effect.isEmpty() && !EFFECTS.contains(effect)) {
            errors.notSupported(path.child("effect"), effect, EFFECTS);
        }
    }

    /** Conditions of a claim that let its pod be bound or not. */
    static void bindingConditions(JsonNode holder, FieldPath path, FieldErrors errors) {
        FieldPath good = path.child("bindingConditions");
        FieldPath bad = path.child("bindingFailureConditions");
        ItemRule name = (item, at, e) -> e.invalidEach(at, item.asText(), Names.qualifiedName(item.asText()));
        list(holder.path("bindingConditions"), MAX_CONDITIONS, name, good, errors);
        list(holder.path("bindingFailureConditions"), MAX_CONDITIONS, name, bad, errors);
        List<String> conditions = Trees.texts(holder.path("bindingConditions"));
        List<String> failures = Trees.texts(holder.path("bindingFailureConditions"));
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < conditions.size(); i++) {
            if (!seen.add(conditions.get(i))) {
                errors.duplicate(good.index(i), conditions.get(i));
            }
        }
        Set<String> seenFailures = new HashSet<>();
        for (int i = 0; i < failures.size(); i++) {
            String failure = failures.get(i);
            if (!seenFailures.add(failure)) {
                errors.duplicate(bad.index(i), failure);
            }
            if (seen.contains(failure)) {
                errors.invalid(
                        bad.index(i), failure, "bindingFailureConditions must not overlap with bindingConditions");
            }
        }
        if (conditions.isEmpty() && !failures.isEmpty()) {
            errors.invalid(good, null, "bindingConditions are required to use bindingFailureConditions");
        }
        if (failures.isEmpty() && !conditions.isEmpty()) {
            errors.invalid(bad, null, "bindingFailureConditions are required to use bindingConditions");
        }
    }
}
