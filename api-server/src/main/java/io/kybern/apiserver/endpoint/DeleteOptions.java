package io.kybern.apiserver.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.error.ApiException;
import io.kybern.apiserver.http.ApiRequest;
import io.kybern.apiserver.http.QueryParameters;
import io.kybern.apiserver.registry.BuiltinCodec;
import io.kybern.apiserver.wire.WireTypes;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.resource.GroupVersionKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How something is to be deleted: from the body, or from the query where there is none.
 *
 * @param propagation {@code Orphan Background Foreground}
 */
public record DeleteOptions(
        Optional<Long> gracePeriodSeconds,
        Optional<String> uid,
        Optional<String> resourceVersion,
        Optional<Boolean> orphanDependents,
        Optional<String> propagation,
        boolean dryRun) {
    private static final GroupVersionKind KIND = new GroupVersionKind("", "v1", "DeleteOptions");

    /** Parses and validates. Source of texts: {@code apimachinery/pkg/apis/meta/v1/validation}. */
    public static DeleteOptions parse(ApiRequest request) {
        JsonNode options = request.body().length > 0 ? body(request) : query(request.query());
        FieldErrors errors = new FieldErrors();
        if (options.has("orphanDependents") && options.has("propagationPolicy")) {
            errors.invalid(
                    FieldPath.of("propagationPolicy"),
                    options.get("propagationPolicy"),
                    "orphanDependents and deletionPropagation cannot be both set");
        }
        String policy = options.path("propagationPolicy").asText("");
        if (options.has("propagationPolicy")
                && !List.of("Foreground", "Background", "Orphan").contains(policy)) {
            errors.notSupported(
                    FieldPath.of("propagationPolicy"), policy, List.of("Foreground", "Background", "Orphan", "nil"));
        }
        List<String> dryRun = new ArrayList<>();
        options.path("dryRun").forEach(v -> dryRun.add(v.asText()));
        WriteOptions.dryRunRules(dryRun, errors);
        if (!errors.isEmpty()) {
            throw ApiException.invalid("meta.k8s.io", "DeleteOptions", "", errors.list());
        }
        JsonNode preconditions = options.path("preconditions");
        return new DeleteOptions(
                options.has("gracePeriodSeconds")
                        ? Optional.of(options.get("gracePeriodSeconds").asLong())
                        : Optional.empty(),
                Optional.ofNullable(preconditions.get("uid")).map(JsonNode::asText),
                Optional.ofNullable(preconditions.get("resourceVersion")).map(JsonNode::asText),
                Optional.ofNullable(options.get("orphanDependents")).map(JsonNode::asBoolean),
                options.has("propagationPolicy") ? Optional.of(policy) : Optional.empty(),
                !dryRun.isEmpty());
    }

    /** The options as an object of {@code meta.k8s.io}, as those see it who admit the deletion. */
    ObjectNode tree() {
        ObjectNode out = JsonNodeFactory.instance.objectNode();
        out.put("kind", "DeleteOptions").put("apiVersion", "meta.k8s.io/v1");
        gracePeriodSeconds.ifPresent(seconds -> out.put("gracePeriodSeconds", seconds));
        if (uid.isPresent() || resourceVersion.isPresent()) {
            ObjectNode preconditions = out.putObject("preconditions");
            uid.ifPresent(u -> preconditions.put("uid", u));
            resourceVersion.ifPresent(v -> preconditions.put("resourceVersion", v));
        }
        orphanDependents.ifPresent(orphan -> out.put("orphanDependents", orphan));
        propagation.ifPresent(policy -> out.put("propagationPolicy", policy));
        if (dryRun) {
            out.putArray("dryRun").add("All");
        }
        return out;
    }

    private static JsonNode body(ApiRequest request) {
        BuiltinCodec codec = new BuiltinCodec(WireTypes.builtin().type("meta/v1.DeleteOptions"));
        try {
            return BodyDecoder.read(request.header("Content-Type"), request.body(), KIND, codec, false)
                    .object();
        } catch (BodyDecoder.Refused e) {
            throw ApiException.badRequest(e.text());
        }
    }

    private static JsonNode query(QueryParameters query) {
        ObjectNode out = JsonNodeFactory.instance.objectNode();
        query.find("gracePeriodSeconds").filter(v -> !v.isEmpty()).ifPresent(v -> {
            try {
                out.put("gracePeriodSeconds", Long.parseLong(v));
            } catch (NumberFormatException e) {
                throw ApiException.badRequest("strconv.ParseInt: parsing " + FieldErrors.quote(v) + ": invalid syntax");
            }
        });
        query.find("orphanDependents").ifPresent(v -> out.put("orphanDependents", query.flag("orphanDependents")));
        query.find("propagationPolicy").ifPresent(v -> out.put("propagationPolicy", v));
        if (query.has("dryRun")) {
            query.all("dryRun").forEach(out.putArray("dryRun")::add);
        }
        return out;
    }
}
