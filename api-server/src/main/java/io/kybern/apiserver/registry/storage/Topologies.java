package io.kybern.apiserver.registry.storage;

import com.fasterxml.jackson.databind.JsonNode;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.name.Names;
import io.kybern.crd.resource.Trees;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code allowedTopologies} of a StorageClass. */
final class Topologies {
    private Topologies() {}

    static void validate(JsonNode topologies, FieldErrors errors) {
        List<Map<String, Set<String>>> terms = new ArrayList<>();
        for (int i = 0; i < topologies.size(); i++) {
            FieldPath path = FieldPath.of("allowedTopologies").index(i).child("matchLabelExpressions");
            JsonNode expressions = topologies.get(i).path("matchLabelExpressions");
            Set<String> keys = new HashSet<>();
            for (int j = 0; j < expressions.size(); j++) {
                expression(expressions.get(j), keys, path.index(j), errors);
            }
            Map<String, Set<String>> term = term(expressions);
            // the original compares with as many empty terms as there are terms
            long known = terms.stream().filter(term::equals).count() + (term.isEmpty() ? topologies.size() : 0);
            for (long k = 0; k < known; k++) {
                errors.duplicate(path, "");
            }
            terms.add(term);
        }
    }

    private static Map<String, Set<String>> term(JsonNode expressions) {
        Map<String, Set<String>> term = new HashMap<>();
        for (JsonNode expression : expressions) {
            term.put(Trees.text(expression, "key"), new HashSet<>(Trees.texts(expression.path("values"))));
        }
        return term;
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
