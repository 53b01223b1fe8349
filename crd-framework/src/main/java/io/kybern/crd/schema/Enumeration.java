package io.kybern.crd.schema;

import com.fasterxml.jackson.databind.JsonNode;
import io.kybern.crd.field.FieldErrors;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The values that a schema allows, any if there are none; looked up, not searched: there may be a hundred thousand. */
public final class Enumeration {
    private final List<JsonNode> values;
    private final Set<String> known = new HashSet<>();

    Enumeration(List<JsonNode> values) {
        this.values = List.copyOf(values);
        this.values.forEach(v -> known.add(comparable(v)));
    }

    public boolean isEmpty() {
        return values.isEmpty();
    }

    public List<JsonNode> values() {
        return values;
    }

    /** Null is never contained: the original finds it in no enumeration. */
    boolean contains(JsonNode value) {
        return !value.isNull() && known.contains(comparable(value));
    }

    /** Numbers by their value, integer or not, but for those in lists and objects. */
    private static String comparable(JsonNode value) {
        boolean finite = value.isNumber() && !(value.isDouble() && !Double.isFinite(value.doubleValue()));
        return finite ? value.decimalValue().stripTrailingZeros().toString() : Canonical.text(value);
    }

    /** All of them, as an error lists them. */
    String shown() {
        return values.stream()
                .map(e -> FieldErrors.quote(e.isTextual() ? e.textValue() : e.toString()))
                .collect(Collectors.joining(", "));
    }
}
