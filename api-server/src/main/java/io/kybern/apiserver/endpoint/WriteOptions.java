package io.kybern.apiserver.endpoint;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.error.ApiException;
import io.kybern.apiserver.http.ApiRequest;
import io.kybern.apiserver.http.QueryParameters;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The query of a write, validated with the original's rules and texts ({@code
 * apimachinery/pkg/apis/meta/v1/validation}).
 *
 * @param fieldManager as given, else the first part of the User-Agent
 * @param validationGiven what was asked for of {@code fieldValidation}; empty: nothing
 */
public record WriteOptions(
        boolean dryRun,
        String fieldManager,
        boolean managerGiven,
        FieldValidation fieldValidation,
        String validationGiven,
        boolean force) {
    private static final int MAX_MANAGER_BYTES = 128;

    /** What happens with fields that nobody knows. */
    public enum FieldValidation {
        IGNORE,
        WARN,
        STRICT
    }

    /** Which options a request has. */
    public enum Kind {
        CREATE("CreateOptions"),
        UPDATE("UpdateOptions"),
        PATCH("PatchOptions");

        private final String text;

        Kind(String text) {
            this.text = text;
        }
    }

    /** @param apply the patch is a server-side apply */
    public static WriteOptions parse(ApiRequest request, Kind kind, boolean apply) {
        QueryParameters query = request.query();
        FieldErrors errors = new FieldErrors();
        String manager = query.get("fieldManager");
        if (kind == Kind.PATCH) {
            patchRules(query, manager, apply, errors);
        }
        managerRules(manager, errors);
        dryRunRules(query.all("dryRun"), errors);
        validationRules(query.get("fieldValidation"), errors);
        if (!errors.isEmpty()) {
            throw ApiException.invalid("meta.k8s.io", kind.text, "", errors.list());
        }
        return new WriteOptions(
                query.has("dryRun"),
                manager.isEmpty() ? fromUserAgent(request.header("User-Agent")) : manager,
                !manager.isEmpty(),
                switch (query.get("fieldValidation")) {
                    case "Strict" -> FieldValidation.STRICT;
                    case "Ignore" -> FieldValidation.IGNORE;
                    default -> FieldValidation.WARN;
                },
                query.get("fieldValidation"),
                query.flag("force"));
    }

    /** The options as an object of {@code meta.k8s.io}, as those see it who admit the write. */
    ObjectNode tree(Kind kind) {
        ObjectNode out = JsonNodeFactory.instance.objectNode();
        out.put("kind", kind.text).put("apiVersion", "meta.k8s.io/v1");
        if (dryRun) {
            out.putArray("dryRun").add("All");
        }
        if (managerGiven) {
            out.put("fieldManager", fieldManager);
        }
        if (!validationGiven.isEmpty()) {
            out.put("fieldValidation", validationGiven);
        }
        return out;
    }

    private static void patchRules(QueryParameters query, String manager, boolean apply, FieldErrors errors) {
        if (apply) {
            if (manager.isEmpty()) {
                errors.required(FieldPath.of("fieldManager"), "is required for apply patch");
            }
        } else if (query.has("force")) {
            errors.forbidden(FieldPath.of("force"), "may not be specified for non-apply patch");
        }
    }

    private static void managerRules(String manager, FieldErrors errors) {
        FieldPath path = FieldPath.of("fieldManager");
        if (manager.getBytes(StandardCharsets.UTF_8).length > MAX_MANAGER_BYTES) {
            errors.tooLong(path, MAX_MANAGER_BYTES);
        }
        for (int i = 0; i < manager.length(); i++) {
            char c = manager.charAt(i);
            if (Character.isISOControl(c)) {
                errors.invalid(path, manager, String.format("invalid character U+%04X (at position %d)", (int) c, i));
            }
        }
    }

    static void dryRunRules(List<String> dryRun, FieldErrors errors) {
        if (dryRun.stream().anyMatch(v -> !v.equals("All"))) {
            String shown = dryRun.stream().map(FieldErrors::quote).collect(Collectors.joining(",", "[", "]"));
            errors.add(
                    io.kybern.crd.field.FieldError.Type.NOT_SUPPORTED,
                    FieldPath.of("dryRun"),
                    "Unsupported value: " + shown + ": supported values: \"All\"");
        }
    }

    private static void validationRules(String value, FieldErrors errors) {
        List<String> known = List.of("", "Ignore", "Strict", "Warn");
        if (!known.contains(value)) {
            errors.notSupported(FieldPath.of("fieldValidation"), value, known);
        }
    }

    private static String fromUserAgent(String agent) {
        String name = agent.split("/", -1)[0];
        return name.length() > MAX_MANAGER_BYTES ? name.substring(0, MAX_MANAGER_BYTES) : name;
    }
}
