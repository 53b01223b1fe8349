package io.kybern.apiserver.registry.core;

import static io.kybern.crd.resource.Trees.at;
import static io.kybern.crd.resource.Trees.object;
import static io.kybern.crd.resource.Trees.objects;
import static io.kybern.crd.resource.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.registry.podspec.ResourceLists;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.resource.MetadataRules;
import io.kybern.crd.resource.RequestContext;
import io.kybern.crd.resource.Strategy;
import java.util.List;
import java.util.UUID;

/** LimitRanges. Source: {@code pkg/registry/core/limitrange/strategy.go}. */
public final class LimitRangeStrategy implements Strategy {
    private static final List<String> LISTS =
            List.of("max", "min", "default", "defaultRequest", "maxLimitRequestRatio");

    @Override
    public MetadataRules metadataRules(String subresource) {
        return MetadataRules.WHOLE;
    }

    @Override
    public void applyDefaults(ObjectNode range) {
        for (ObjectNode limit : objects(at(range, "spec", "limits"))) {
            if (text(limit, "type").equals("Container")) {
                ObjectNode defaults = object(limit, "default");
                ObjectNode requests = object(limit, "defaultRequest");
                addAbsent(defaults, limit.path("max"));
                addAbsent(requests, defaults);
                addAbsent(requests, limit.path("min"));
            }
            LISTS.forEach(list -> ResourceLists.roundUp(limit.path(list)));
        }
    }

    private static void addAbsent(ObjectNode list, JsonNode from) {
        from.propertyStream().filter(e -> !list.has(e.getKey())).forEach(e -> list.set(e.getKey(), e.getValue()));
    }

    /** One without a name gets a random one. */
    @Override
    public void prepareForCreate(ObjectNode range, RequestContext context) {
        if (text(range, "metadata", "name").isEmpty()) {
            object(range, "metadata").put("name", UUID.randomUUID().toString());
        }
    }

    @Override
    public void validate(ObjectNode range, FieldErrors errors) {
        LimitRangeValidation.validate(range, errors);
    }

    @Override
    public boolean allowsCreateOnUpdate() {
        return true;
    }
}
