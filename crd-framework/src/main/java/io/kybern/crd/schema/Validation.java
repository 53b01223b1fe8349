package io.kybern.crd.schema;

import com.fasterxml.jackson.databind.JsonNode;
import io.kybern.crd.field.FieldError;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.value.GoText;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Validates values against a schema with the texts of {@code kube-openapi/pkg/validation}, as custom resources are.
 *
 * <p>On an update, complaints about a value that did not change ({@link Before}) are dropped (ratcheting), though not one by one
 * within {@code anyOf} and its like.
 */
public final class Validation {
    /** Characters of complaints that are made of one object; the original makes as many as it takes. */
    private static final long MOST_TEXT = 32L << 20;

    private final String prefix;
    private final Effort effort;
    private final Before before = new Before();
    private long told;

    Validation(String prefix, Effort effort) {
        this.prefix = prefix;
        this.effort = effort;
    }

    /**
     * Complains about a value.
     *
     * @param prefix where the value stands in the object that is shown; empty for the object itself
     */
    public static void validate(JsonNode value, Schema schema, String prefix, FieldErrors errors) {
        new Validation(prefix, Effort.ofObject()).run(value, null, schema, errors);
    }

    /** Complains about what changed in a value, or is wrong with what is new. */
    public static void validateUpdate(
            JsonNode value, @Nullable JsonNode old, Schema schema, String prefix, FieldErrors errors) {
        new Validation(prefix, Effort.ofObject()).run(value, old, schema, errors);
    }

    void run(JsonNode value, @Nullable JsonNode old, Schema schema, FieldErrors errors) {
        String whole = prefix.isEmpty() ? "<nil>" : prefix;
        try {
            node(value, old, schema, Place.ROOT).report(errors);
        } catch (TooManyException e) {
            errors.add(new FieldError(FieldError.Type.TOO_MANY, whole, FieldErrors.TOO_MANY));
        } catch (Effort.TooMuchException e) {
            errors.add(new FieldError(
                    FieldError.Type.TOO_LONG, whole, "Too long: it takes too many steps to compare with its schema"));
        }
    }

    /** What is wrong with the object would fill the memory: a million items that each are none of a million values. */
    private static final class TooManyException extends RuntimeException {
        private static final long serialVersionUID = 1;

        TooManyException() {
            super(null, null, false, false);
        }
    }

    private ValidationResult node(JsonNode value, @Nullable JsonNode old, Schema schema, Place path) {
        effort.spend(Effort.VALUE);
        ValidationResult result = new ValidationResult();
        Constraints constraints = schema.constraints();
        ValueChecks checks = new ValueChecks(this, schema, constraints, path);
        if (value.isNull()) {
            result.merge(checks.type(value));
            result.merge(checks.enumeration(value));
        } else {
            if (!schema.type().isEmpty()
                    || schema.intOrString()
                    || !checks.format().isEmpty()) {
                run(result, checks.type(value));
            }
            run(result, alternatives(value, schema, constraints, path));
            switch (value.getNodeType()) {
                case STRING -> {
                    run(result, checks.string(value.textValue()));
                    if (!checks.format().isEmpty() && Formats.isKnown(checks.format(), "string")) {
                        run(result, checks.stringFormat(value.textValue()));
                    }
                }
                case NUMBER -> run(result, checks.number(value));
                case ARRAY -> run(result, items(value, old, schema, constraints, path));
                default -> {}
            }
            run(result, checks.enumeration(value));
            if (value.isObject()) {
                run(result, fields(value, old, schema, constraints, path));
            }
            result.passed();
        }
        return !result.valid() && old != null && before.unchanged(value, old, schema) ? new ValidationResult() : result;
    }

    private static void run(ValidationResult result, ValidationResult part) {
        result.merge(part);
        result.passed();
    }

    private ValidationResult items(
            JsonNode array, @Nullable JsonNode old, Schema schema, Constraints constraints, Place path) {
        ValidationResult result = new ValidationResult();
        if (schema.item().declared()) {
            for (int i = 0; i < array.size(); i++) {
                JsonNode was = old == null ? null : before.item(array.get(i), old, schema);
                result.merge(node(array.get(i), was, schema.item(), path.index(i)));
            }
        }
        int size = array.size();
        constraints.minItems().ifPresent(min -> {
            if (size < min) {
                result.add(invalid(path, size, path + " in body should have at least " + min + " items"));
            }
        });
        constraints.maxItems().ifPresent(max -> {
            if (size > max) {
                result.add(tooMany(path, size, max));
            }
        });
        if (constraints.uniqueItems()) {
            for (int i = 0; i < size; i++) {
                for (int j = 0; j < i; j++) {
                    if (ValueChecks.same(array.get(i), array.get(j))) {
                        result.add(invalid(path, "", path + " in body shouldn't contain duplicates"));
                        i = size;
                        break;
                    }
                }
            }
        }
        result.passed();
        return result;
    }

    private ValidationResult fields(
            JsonNode object, @Nullable JsonNode old, Schema schema, Constraints constraints, Place path) {
        effort.spend(schema.properties().size() + constraints.required().size());
        ValidationResult result = new ValidationResult();
        int size = object.size();
        constraints.minProperties().ifPresent(min -> {
            if (size < min) {
                result.add(invalid(path, size, path + " in body should have at least " + min + " properties"));
            }
        });
        constraints.maxProperties().ifPresent(max -> {
            if (size > max) {
                result.add(tooMany(path, size, max));
            }
        });
        boolean closed = schema.raw().path("additionalProperties").isBoolean()
                && !schema.values().declared();
        for (Map.Entry<String, JsonNode> e : object.properties()) {
            if (schema.properties().containsKey(e.getKey())) {
                continue;
            }
            if (closed) {
                result.add(invalid(path, e.getKey(), path + "." + e.getKey() + " in body is a forbidden property"));
            } else if (schema.values().declared()) {
                JsonNode was = old == null ? null : old.get(e.getKey());
                result.merge(node(e.getValue(), was, schema.values(), path.key(e.getKey())));
            }
        }
        schema.properties().forEach((name, type) -> {
            JsonNode value = object.get(name);
            if (value != null) {
                JsonNode was = old == null ? null : old.get(name);
                result.merge(node(value, was, type, path.property(name)));
            }
        });
        for (String name : constraints.required()) {
            if (!object.has(name)) {
                result.add(error(FieldError.Type.REQUIRED, path.key(name), "Required value"));
            }
        }
        return result;
    }

    private ValidationResult alternatives(JsonNode value, Schema schema, Constraints constraints, Place path) {
        ValidationResult result = new ValidationResult();
        if (!constraints.anyOf().isEmpty()) {
            anyOf(value, constraints.anyOf(), path, result);
        }
        if (!constraints.oneOf().isEmpty()) {
            oneOf(value, constraints.oneOf(), path, result);
        }
        if (!constraints.allOf().isEmpty() && schema.name().isEmpty()) {
            allOf(value, constraints.allOf(), path, result);
        }
        constraints.not().ifPresent(not -> {
            long before = told;
            boolean valid = node(value, null, not, path).valid();
            told = before;
            if (valid) {
                result.add(plain("\"" + path + "\" must not validate the schema (not)"));
            }
        });
        result.passed();
        return result;
    }

    private void anyOf(JsonNode value, List<Schema> schemas, Place path, ValidationResult result) {
        ValidationResult best = null;
        long before = told;
        long withBest = told;
        for (Schema schema : schemas) {
            told = withBest;
            ValidationResult one = node(value, null, schema, path);
            if (one.valid()) {
                told = before;
                result.merge(one);
                return;
            }
            if (best == null || one.matchesMoreThan(best)) {
                best = one;
                withBest = before + told - withBest;
            }
        }
        told = withBest;
        result.add(plain("\"" + path + "\" must validate at least one schema (anyOf)"));
        if (best != null) {
            result.merge(best);
        }
    }

    private void oneOf(JsonNode value, List<Schema> schemas, Place path, ValidationResult result) {
        ValidationResult best = null;
        ValidationResult success = null;
        int valid = 0;
        long before = told;
        long withBest = told;
        for (Schema schema : schemas) {
            told = withBest;
            ValidationResult one = node(value, null, schema, path);
            if (one.valid()) {
                valid++;
                best = null;
                withBest = before;
                success = success == null ? one : success;
            } else if (valid == 0 && (best == null || one.matchesMoreThan(best))) {
                best = one;
                withBest = before + told - withBest;
            }
        }
        told = withBest;
        if (valid == 1 && success != null) {
            result.merge(success);
            return;
        }
        String found = valid == 0 ? "Found none valid" : "Found " + valid + " valid alternatives";
        result.add(plain("\"" + path + "\" must validate one and only one schema (oneOf). " + found));
        if (best != null) {
            result.merge(best);
        }
    }

    private void allOf(JsonNode value, List<Schema> schemas, Place path, ValidationResult result) {
        int valid = 0;
        for (Schema schema : schemas) {
            ValidationResult one = node(value, null, schema, path);
            valid += one.valid() ? 1 : 0;
            result.merge(one);
        }
        if (valid != schemas.size()) {
            String none = valid == 0 ? ". None validated" : "";
            result.add(plain("\"" + path + "\" must validate all the schemas (allOf)" + none));
        }
    }

    /** A complaint that the original does not tie to a field. */
    FieldError plain(String detail) {
        return new FieldError(
                FieldError.Type.INVALID, prefix.isEmpty() ? "<nil>" : prefix, "Invalid value: \"\": " + detail);
    }

    FieldError invalid(Place path, Object value, String detail) {
        return error(FieldError.Type.INVALID, path, "Invalid value: " + print(value) + ": " + detail);
    }

    FieldError typeInvalid(Place path, String value, String detail) {
        return error(FieldError.Type.TYPE_INVALID, path, "Invalid value: " + print(value) + ": " + detail);
    }

    private FieldError tooMany(Place path, int size, long max) {
        return error(
                FieldError.Type.TOO_MANY,
                path,
                "Too many: " + size + ": must have at most " + max + (max == 1 ? " item" : " items"));
    }

    FieldError error(FieldError.Type type, Place place, String message) {
        String path = place.toString();
        told += path.length() + message.length();
        if (told > MOST_TEXT) {
            throw new TooManyException();
        }
        String name = path.startsWith(".") ? path.substring(1) : path;
        String field = name.isEmpty() ? prefix : prefix.isEmpty() ? name : prefix + "." + name;
        return new FieldError(type, field.isEmpty() ? "<nil>" : field, message);
    }

    Effort effort() {
        return effort;
    }

    private static String print(Object value) {
        return switch (value) {
            case String text -> FieldErrors.quote(text);
            case JsonNode node when node.isTextual() -> FieldErrors.quote(node.textValue());
            case JsonNode node when node.isNumber() -> GoText.number(node);
            default -> value.toString();
        };
    }
}
