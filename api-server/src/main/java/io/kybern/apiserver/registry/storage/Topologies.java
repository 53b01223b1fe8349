package io.kybern.apiserver.registry.storage;

import com.fasterxml.jackson.databind.JsonNode;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.name.Names;
import io.kybern.crd.resource.Trees;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** {@code allowedTopologies} of a StorageClass. */
final class Topologies {
    private Topologies() {}

    static void validate(JsonNode topologies, FieldErrors errors) {
        Set<JsonNode> terms = new HashSet<>();
        for (int i = 0; i < topologies.size(); i++) {
            FieldPath path = FieldPath.of("allowedTopologies").index(i).child("matchLabelExpressions");
            JsonNode expressions = topologies.get(i).path("matchLabelExpressions");
            Set<String> keys = new HashSet<>();
            for (int j = 0; j < expressions.size(); j++) {
                expression(expressions.get(j), keys, path.index(j), errors);
            }
            if (!terms.add(expressions)) {
                errors.duplicate(path, "");
            }
        }
    }

    private static void expression(JsonNode expression, Set<String> keys, FieldPath path, FieldErrors errors) {
        List<String> values = Trees.texts(expression.path("values"));
        if (values.isEmpty()) {
            errors.required(path.child("values"), "");
        }
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < values.size(); i++) {
            if (!seen.add(values.get(i))) {
                errors.duplicate(path.child("values").index(i), values.get(i));
            }
        }
        String key = Trees.text(expression, "key");
        errors.invalidEach(path.child("key"), key, Names.qualifiedName(key));
        if (!keys.add(key)) {
            errors.duplicate(path.child("key"), key);
        }
    }
}
