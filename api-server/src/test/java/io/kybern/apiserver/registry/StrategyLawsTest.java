package io.kybern.apiserver.registry;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.wire.RandomObjects;
import io.kybern.apiserver.wire.WireTypes;
import io.kybern.crd.field.FieldError;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.resource.GroupVersionKind;
import io.kybern.crd.resource.RequestContext;
import io.kybern.crd.resource.ResourceDefinition;
import io.kybern.crd.resource.Strategy;
import io.kybern.fuzz.Fuzz;
import io.kybern.fuzz.Source;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whatever an object of a kind says, its strategy has an answer to it, and its columns show it. */
@Tag("fuzz")
class StrategyLawsTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final List<ResourceDefinition> DEFINITIONS = new BuiltinResources()
            .definitions().stream()
                    .filter(d -> WireTypes.builtin().ofKind(kind(d)).isPresent())
                    .toList();

    private static GroupVersionKind kind(ResourceDefinition definition) {
        return definition.kind(definition.versions().getFirst());
    }

    @Test
    void everyObjectIsTakenOrRefused() {
        Fuzz.check(3000, source -> {
            ResourceDefinition definition = source.of(DEFINITIONS);
            Strategy strategy = definition.strategy();
            BuiltinCodec codec = codec(definition);
            ObjectNode object = source.note("object", RandomObjects.canonical(source, kind(definition)));
            strategy.applyDefaults(object);
            ObjectNode defaulted = codec.complete(object);
            strategy.applyDefaults(defaulted);
            assertThat(codec.complete(defaulted)).as("defaulted twice").isEqualTo(codec.complete(object));
            ObjectNode created = codec.complete(object);
            strategy.prepareForCreate(created, context(""));
            FieldErrors errors = new FieldErrors();
            strategy.validate(created, errors);
            assertThat(errors.list()).map(FieldError::toString).doesNotContain("");
            strategy.warnings(created);
            show(strategy, codec.stored(created));
            show(strategy, codec.stored(object));
        });
    }

    @Test
    void everyUpdateIsTakenOrRefused() {
        Fuzz.check(3000, source -> {
            ResourceDefinition definition = source.of(DEFINITIONS);
            Strategy strategy = definition.strategy();
            ObjectNode existing = source.note("existing", defaulted(source, definition));
            ObjectNode updated = source.note("updated", updated(source, definition, existing));
            ObjectNode before = existing.deepCopy();
            String subresource = source.of("", "status");
            strategy.prepareForUpdate(updated, existing, context(subresource));
            FieldErrors errors = new FieldErrors();
            if (subresource.isEmpty()) {
                strategy.validateUpdate(updated, existing, errors);
                strategy.updateWarnings(updated, existing);
            } else {
                strategy.validateStatusUpdate(updated, existing, errors);
            }
            errors.list().forEach(error -> assertThat(error.toString()).isNotBlank());
            assertThat(existing).as("the stored object").isEqualTo(before);
        });
    }

    private static ObjectNode defaulted(Source source, ResourceDefinition definition) {
        ObjectNode object = RandomObjects.canonical(source, kind(definition));
        definition.strategy().applyDefaults(object);
        return codec(definition).complete(object);
    }

    /** Another object, or the same but for one member. */
    private static ObjectNode updated(Source source, ResourceDefinition definition, ObjectNode existing) {
        ObjectNode other = defaulted(source, definition);
        if (source.onceIn(3)) {
            return other;
        }
        ObjectNode out = existing.deepCopy();
        for (String part : List.of("spec", "status")) {
            if (other.path(part) instanceof ObjectNode from && out.path(part) instanceof ObjectNode into) {
                List<String> names =
                        from.propertyStream().map(Map.Entry::getKey).toList();
                if (!names.isEmpty()) {
                    String name = source.of(names);
                    into.set(name, from.get(name));
                }
            }
        }
        return out;
    }

    private static BuiltinCodec codec(ResourceDefinition definition) {
        return new BuiltinCodec(WireTypes.builtin().ofKind(kind(definition)).orElseThrow());
    }

    private static RequestContext context(String subresource) {
        return new RequestContext(
                subresource, "admin", List.of("system:masters"), Map.of(), "", false, NOW, warning -> {});
    }

    private static void show(Strategy strategy, ObjectNode stored) {
        strategy.tableColumns().forEach(column -> {
            JsonNode cell = column.cell().apply(stored, NOW);
            assertThat(cell).as(column.name()).isNotNull();
        });
        strategy.completedReason(stored);
        strategy.selectableFields(stored);
    }
}
