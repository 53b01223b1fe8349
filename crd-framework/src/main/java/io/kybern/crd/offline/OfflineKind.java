package io.kybern.crd.offline;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.cel.rule.CelRules;
import io.kybern.crd.definition.CustomDefinition;
import io.kybern.crd.definition.CustomResourceDefinitionStrategy;
import io.kybern.crd.field.FieldError;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.resource.GroupVersionKind;
import io.kybern.crd.resource.RequestContext;
import io.kybern.crd.resource.ResourceDefinition;
import io.kybern.crd.resource.Strategy;
import io.kybern.crd.schema.EmbeddedResources;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A custom kind without a server: the same schemas, defaults and CEL rules with the same messages, all but ObjectMeta.
 *
 * <pre>{@code
 * OfflineKind kind = OfflineKind.of(definition);
 * kind.validate(object); // [spec.replicas: Invalid value: 11: failed rule: self <= 10]
 * }</pre>
 *
 * <p>Immutable; safe for all threads.
 */
public final class OfflineKind {
    private final CustomDefinition definition;

    private OfflineKind(CustomDefinition definition) {
        this.definition = definition;
    }

    /** @throws IllegalArgumentException if a server would refuse the definition, with what it would say */
    public static OfflineKind of(ObjectNode definition) {
        List<String> complaints = lint(definition);
        if (!complaints.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", complaints));
        }
        return new OfflineKind(CustomDefinition.of(prepared(definition), new CelRules()));
    }

    /** What a server would say against a CustomResourceDefinition; empty if it would take it. */
    public static List<String> lint(ObjectNode definition) {
        FieldErrors errors = new FieldErrors();
        new CustomResourceDefinitionStrategy().validate(prepared(definition), errors);
        return texts(errors);
    }

    private static ObjectNode prepared(ObjectNode definition) {
        ObjectNode copy = definition.deepCopy();
        CustomResourceDefinitionStrategy strategy = new CustomResourceDefinitionStrategy();
        strategy.applyDefaults(copy);
        RequestContext context =
                new RequestContext("", "", List.of(), Map.of(), "", false, Instant.EPOCH, warning -> {});
        strategy.prepareForCreate(copy, context);
        return copy;
    }

    private static List<String> texts(FieldErrors errors) {
        return errors.list().stream().map(FieldError::toString).distinct().toList();
    }

    /** Whether an object says that it is of this kind, in a version that is served. */
    public boolean describes(ObjectNode object) {
        GroupVersionKind kind = kind(object);
        ResourceDefinition resource = definition.resource();
        return kind.group().equals(resource.group())
                && kind.kind().equals(resource.names().kind())
                && resource.version(kind.version())
                        .filter(ResourceDefinition.Version::served)
                        .isPresent();
    }

    private static GroupVersionKind kind(ObjectNode object) {
        return GroupVersionKind.of(
                object.path("apiVersion").asText(), object.path("kind").asText());
    }

    /** What a server would say against creating an object; unknown fields count, as with strict field validation. */
    public List<String> validate(ObjectNode object) {
        return validate(object, Optional.empty());
    }

    /** What a server would say against an update: what was wrong before is passed over, transition rules are asked. */
    public List<String> validateUpdate(ObjectNode object, ObjectNode old) {
        return validate(object, Optional.of(old));
    }

    private List<String> validate(ObjectNode object, Optional<ObjectNode> old) {
        if (!describes(object)) {
            return List.of("no kind \"" + kind(object).kind() + "\" is registered for version \""
                    + kind(object).apiVersion() + "\"");
        }
        String version = kind(object).version();
        Strategy strategy = definition.strategies().getOrDefault(version, Strategy.PLAIN);
        ObjectNode decoded = object.deepCopy();
        List<String> complaints = new ArrayList<>();
        try {
            definition.decode(decoded, version).forEach(f -> complaints.add("unknown field \"" + f + "\""));
        } catch (EmbeddedResources.DecodingException e) {
            return List.of(String.valueOf(e.getMessage()));
        }
        FieldErrors errors = new FieldErrors();
        if (old.isPresent()) {
            ObjectNode before = old.get().deepCopy();
            definition.decode(before, version);
            strategy.validateUpdate(decoded, before, errors);
        } else {
            strategy.validate(decoded, errors);
        }
        complaints.addAll(texts(errors));
        return complaints;
    }
}
