package io.kybern.apiserver.wire;

import com.fasterxml.jackson.databind.JsonNode;
import io.kybern.crd.resource.GroupVersionKind;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The wire types of all built-in kinds, from {@code registry/wiretypes.json} (made by {@code
 * conformance/upstream/wiretypes}). Types are resolved when first used. Thread-safe.
 */
public final class WireTypes {
    private static final class Holder {
        private static final WireTypes INSTANCE = load();
    }

    private final JsonNode kinds;
    private final JsonNode definitions;
    private final Set<String> kindTypes = new HashSet<>();
    private final Map<String, WireType> types = new ConcurrentHashMap<>();

    private WireTypes(JsonNode document) {
        this.kinds = document.get("kinds");
        this.definitions = document.get("types");
        this.kinds.forEach(type -> kindTypes.add(type.textValue()));
    }

    public static WireTypes builtin() {
        return Holder.INSTANCE;
    }

    private static WireTypes load() {
        try (InputStream in = WireTypes.class.getResourceAsStream("/io/kybern/apiserver/registry/wiretypes.json")) {
            return new WireTypes(JsonTree.parse(in.readAllBytes()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The type of a built-in kind. */
    public Optional<WireType> ofKind(GroupVersionKind kind) {
        JsonNode name = kinds.get(kind.apiVersion() + "/" + kind.kind());
        return name == null ? Optional.empty() : Optional.of(type(name.textValue()));
    }

    /** The type of this name, such as {@code meta/v1.ObjectMeta}. */
    public WireType type(String name) {
        WireType known = types.get(name);
        if (known == null) {
            known = types.computeIfAbsent(name, this::read);
        }
        return known;
    }

    private WireType read(String name) {
        JsonNode definition = definitions.get(name);
        if (definition == null) {
            throw new IllegalArgumentException("no wire type " + name);
        }
        List<WireType.Field> fields = new ArrayList<>(definition.size());
        for (JsonNode field : definition) {
            String omit = field.path("o").asText("");
            fields.add(new WireType.Field(
                    field.path("n").asText(""),
                    value(field.get("t").textValue(), false),
                    omit.contains("e"),
                    omit.contains("z"),
                    field.path("i").asBoolean(false),
                    field.path("p").asInt(0)));
        }
        return new WireType(name, List.copyOf(fields), kindTypes.contains(name));
    }

    private WireValue value(String expression, boolean pointer) {
        if (expression.startsWith("*")) {
            return value(expression.substring(1), true);
        }
        if (expression.startsWith("[]")) {
            return new WireValue.ListOf(value(expression.substring(2), false), false, pointer);
        }
        if (expression.startsWith("items:")) {
            return new WireValue.ListOf(value(expression.substring(6), false), true, pointer);
        }
        if (expression.startsWith("map:")) {
            return new WireValue.MapOf(value(expression.substring(4), false), pointer);
        }
        if (expression.indexOf('.') >= 0) {
            return new WireValue.Struct(this, expression, pointer);
        }
        return new WireValue.Scalar(WireValue.Scalar.Kind.valueOf(expression.toUpperCase(Locale.ROOT)), pointer);
    }
}
