package io.kybern.apiserver.registry.resource;

import com.fasterxml.jackson.databind.JsonNode;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.value.Quantity;
import java.math.BigInteger;

/** How much of a device's capacity one request may consume. */
final class RequestPolicy {
    private static final int MAX_VALUES = 10;

    private RequestPolicy() {}

    /** @param shared more than one claim may use the device, each a part of it */
    static void validate(JsonNode capacity, boolean shared, FieldPath path, FieldErrors errors) {
        JsonNode policy = capacity.path("requestPolicy");
        FieldPath at = path.child("requestPolicy");
        if (!policy.isObject()) {
            return;
        }
        if (!shared) {
            errors.forbidden(at, "allowMultipleAllocations must be true");
            return;
        }
        JsonNode values = policy.path("validValues");
        JsonNode range = policy.path("validRange");
        if (!values.isEmpty() && range.isObject()) {
            errors.forbidden(
                    at,
                    "exactly one policy can be specified, cannot specify \"validValues\" and \"validRange\" at the same"
                            + " time");
        } else if (!values.isEmpty() || range.isObject()) {
            String kind = values.isEmpty() ? "validRange" : "validValues";
            if (!policy.has("default")) {
                errors.required(at.child("default"), "required when " + kind + " is defined");
            } else if (values.isEmpty()) {
                range(
                        quantity(policy.path("default")),
                        quantity(capacity.path("value")),
                        range,
                        at.child(kind),
                        errors);
            } else {
                values(
                        quantity(policy.path("default")),
                        quantity(capacity.path("value")),
                        values,
                        at.child(kind),
                        errors);
            }
        }
    }

    private static Quantity quantity(JsonNode value) {
        return value.isMissingNode() ? Quantity.ZERO : Quantity.parse(value.asText());
    }

    private static void values(Quantity preset, Quantity most, JsonNode values, FieldPath path, FieldErrors errors) {
        for (int i = 1; i < values.size(); i++) {
            if (quantity(values.get(i - 1)).compareTo(quantity(values.get(i))) > 0) {
                errors.invalid(path.index(i), values.get(i), "values must be sorted in ascending order");
            }
        }
        boolean[] found = new boolean[1];
        DeviceRules.set(
                values,
                MAX_VALUES,
                (value, at, e) -> {
                    Quantity option = quantity(value);
                    if (option.compareTo(most) > 0) {
                        e.invalid(at, value, "option is larger than capacity value: " + most);
                    }
                    found[0] |= option.compareTo(preset) == 0;
                },
                value -> quantity(value).value().toString(),
                path,
                errors);
        if (!found[0]) {
            errors.invalid(path, preset.toString(), "default value is not valid according to the requestPolicy");
        }
    }

    private static void range(Quantity preset, Quantity most, JsonNode range, FieldPath path, FieldErrors errors) {
        if (!range.has("min")) {
            errors.required(path.child("min"), "required when validRange is defined");
            return;
        }
        Quantity min = quantity(range.path("min"));
        if (min.compareTo(most) > 0) {
            errors.invalid(path.child("min"), min.toString(), "min is larger than capacity value: " + most);
        }
        if (preset.compareTo(min) < 0) {
            errors.invalid(path.child("min"), preset.toString(), "default is less than min: " + min);
        }
        if (range.has("max")) {
            Quantity max = quantity(range.path("max"));
            if (min.compareTo(max) > 0) {
                errors.invalid(path.child("max"), min.toString(), "min is larger than max: " + max);
            }
            if (max.compareTo(most) > 0) {
                errors.invalid(path.child("max"), max.toString(), "max is larger than capacity value: " + most);
            }
            if (preset.compareTo(max) > 0) {
                errors.invalid(path.child("max"), preset.toString(), "default is more than max: " + max);
            }
        }
        if (range.has("step")) {
            step(preset, min, most, range, path, errors);
        }
    }

    private static void step(
            Quantity preset, Quantity min, Quantity most, JsonNode range, FieldPath path, FieldErrors errors) {
        Quantity step = quantity(range.path("step"));
        FieldPath at = path.child("step");
        Quantity one = min.plus(step);
        if (one.compareTo(most) > 0) {
            errors.invalid(at, step.toString(), "one step " + one + " is larger than capacity value: " + most);
        }
        multiple(preset, min, step, at, errors);
        if (range.has("max")) {
            multiple(quantity(range.path("max")), min, step, at, errors);
        }
    }

    private static void multiple(Quantity value, Quantity min, Quantity step, FieldPath path, FieldErrors errors) {
        BigInteger whole = step.value();
        boolean fits = whole.signum() != 0
                && value.value().subtract(min.value()).remainder(whole).signum() == 0;
        if (!fits) {
            errors.invalid(
                    path,
                    value.toString(),
                    "value is not a multiple of a given step (" + step + ") from (" + min + ")");
        }
    }
}
