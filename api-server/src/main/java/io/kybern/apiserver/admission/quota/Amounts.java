package io.kybern.apiserver.admission.quota;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.value.Quantity;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Quantities by the name of their resource, sorted. */
record Amounts(Map<String, Quantity> byName) {
    static final Quantity ONE = Quantity.parse("1");

    Amounts {
        byName = new TreeMap<>(byName);
    }

    static Amounts of(JsonNode list) {
        Map<String, Quantity> out = new TreeMap<>();
        list.properties()
                .forEach(e -> out.put(e.getKey(), Quantity.parse(e.getValue().asText())));
        return new Amounts(out);
    }

    Optional<Quantity> get(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /** The quantity, zero if it is absent. */
    Quantity amount(String name) {
        return byName.getOrDefault(name, Quantity.ZERO);
    }

    Amounts plus(Amounts more) {
        Map<String, Quantity> out = new TreeMap<>(byName);
        more.byName.forEach((name, q) -> out.merge(name, q, Quantity::plus));
        return new Amounts(out);
    }

    /** What is more here than there. */
    Amounts beyond(Amounts other) {
        Map<String, Quantity> out = new TreeMap<>();
        byName.forEach((name, q) -> {
            Quantity more = q.minus(other.byName.getOrDefault(name, Quantity.ZERO));
            if (more.compareTo(Quantity.ZERO) > 0) {
                out.put(name, more);
            }
        });
        return new Amounts(out);
    }

    Amounts of(Collection<String> names) {
        Map<String, Quantity> out = new TreeMap<>(byName);
        out.keySet().retainAll(names);
        return new Amounts(out);
    }

    Amounts withoutZeros() {
        Map<String, Quantity> out = new TreeMap<>(byName);
        out.values().removeIf(Quantity::isZero);
        return new Amounts(out);
    }

    Collection<String> negative() {
        return byName.entrySet().stream()
                .filter(e -> e.getValue().compareTo(Quantity.ZERO) < 0)
                .map(Map.Entry::getKey)
                .toList();
    }

    boolean isEmpty() {
        return byName.isEmpty();
    }

    ObjectNode toJson() {
        ObjectNode out = JsonNodeFactory.instance.objectNode();
        byName.forEach((name, q) -> out.put(name, q.toString()));
        return out;
    }

    @Override
    public String toString() {
        return byName.entrySet().stream()
                .map(e -> e.getKey() + "=" + e.getValue())
                .collect(Collectors.joining(","));
    }
}
