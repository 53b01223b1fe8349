package io.kybern.crd.definition;

import com.fasterxml.jackson.databind.JsonNode;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.name.Names;
import java.util.List;
import java.util.Locale;

/** What a kind may be called, in a spec and where names were accepted. */
final class KindNames {
    private final FieldErrors errors;

    KindNames(FieldErrors errors) {
        this.errors = errors;
    }

    void check(JsonNode names, FieldPath path) {
        for (String field : List.of("plural", "singular")) {
            label(names.path(field).asText(""), path.child(field));
        }
        for (String field : List.of("kind", "listKind")) {
            String name = names.path(field).asText("");
            List<String> complaints = Names.dns1035Label(name.toLowerCase(Locale.ROOT));
            if (!name.isEmpty() && !complaints.isEmpty()) {
                errors.invalid(
                        path.child(field),
                        name,
                        "may have mixed case, but should otherwise match: " + String.join(",", complaints));
            }
        }
        labels(names.path("shortNames"), path.child("shortNames"));
        String kind = names.path("kind").asText("");
        if (!kind.isEmpty() && kind.equals(names.path("listKind").asText(""))) {
            errors.invalid(path.child("listKind"), kind, "kind and listKind may not be the same");
        }
        labels(names.path("categories"), path.child("categories"));
    }

    private void labels(JsonNode list, FieldPath path) {
        for (int i = 0; i < list.size(); i++) {
            label(list.get(i).asText(), path.index(i));
        }
    }

    private void label(String name, FieldPath path) {
        List<String> complaints = Names.dns1035Label(name);
        if (!name.isEmpty() && !complaints.isEmpty()) {
            errors.invalid(path, name, String.join(",", complaints));
        }
    }
}
