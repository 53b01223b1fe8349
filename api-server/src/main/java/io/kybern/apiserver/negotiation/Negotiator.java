package io.kybern.apiserver.negotiation;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.kybern.apiserver.error.ApiException;
import io.kybern.apiserver.error.Reason;
import io.kybern.apiserver.http.ApiRequest;
import io.kybern.apiserver.negotiation.Representation.Format;
import io.kybern.apiserver.negotiation.Representation.Projection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Chooses the form of an answer from the Accept header, in the original's two steps: the route must produce one of the
 * media types asked for, then the clauses are tried best first with their parameters.
 */
public final class Negotiator {
    private static final List<String> PRODUCED =
            List.of("application/json", "application/yaml", "application/vnd.kubernetes.protobuf");

    private Negotiator() {}

    /** What may be asked of an answer. */
    public enum Target {
        OBJECT,
        LIST,
        WATCH,
        /** No table, no metadata: reviews, scales and the like. */
        PLAIN
    }

    /**
     * Negotiates the answer of a resource's route.
     *
     * @param protobuf whether the kind has a protobuf form: custom ones have none, but their metadata has
     * @throws ApiException 406
     */
    public static Representation negotiate(ApiRequest request, Target target, boolean protobuf, String goType) {
        String accept = request.header("Accept");
        boolean pretty = request.query().flag("pretty") || prettyAgent(request);
        if (protobuf) {
            checkRoute(accept, target);
        }
        Representation chosen =
                choose(accept, protobuf, target != Target.PLAIN, pretty).orElseThrow(Negotiator::notAcceptable);
        if (chosen.projection() == Projection.METADATA && target != Target.WATCH) {
            boolean asksList = accept.contains("as=PartialObjectMetadataList");
            if (asksList && target == Target.OBJECT) {
                throw ApiException.of(
                        Reason.NOT_ACCEPTABLE,
                        "you requested PartialObjectMetadataList, but the requested object is not a list (" + goType
                                + ")");
            }
            if (!asksList && target == Target.LIST) {
                throw ApiException.of(
                        Reason.NOT_ACCEPTABLE,
                        "you requested PartialObjectMetadata, but the requested object is a list (" + goType + "List)");
            }
        }
        return chosen;
    }

    /** The form of an error's Status: what the client can read, JSON if in doubt. */
    public static Representation forStatus(ApiRequest request) {
        boolean pretty = request.query().flag("pretty") || prettyAgent(request);
        return choose(request.header("Accept"), true, true, pretty)
                .map(Representation::withoutProjection)
                .orElse(Representation.JSON);
    }

    private static boolean prettyAgent(ApiRequest request) {
        String agent = request.header("User-Agent");
        return !request.query().has("pretty")
                && (agent.startsWith("curl") || agent.startsWith("Wget") || agent.startsWith("Mozilla/5.0"));
    }

    private static void checkRoute(String accept, Target target) {
        if (accept.isEmpty()) {
            return;
        }
        for (String clause : accept.split(",")) {
            String type = clause.split(";")[0].strip();
            if (type.equals("*/*")
                    || type.equals(Format.JSON.mediaType())
                    || type.equals(Format.YAML.mediaType())
                    || type.equals(Format.PROTOBUF.mediaType())) {
                return;
            }
        }
        List<String> produced = new ArrayList<>(PRODUCED);
        if (target == Target.LIST || target == Target.WATCH) {
            produced.add("application/json;stream=watch");
            produced.add("application/vnd.kubernetes.protobuf;stream=watch");
        }
        throw ApiException.withDetails(
                Reason.NOT_ACCEPTABLE,
                "406: Not Acceptable\n\nAvailable representations: " + String.join(", ", produced),
                JsonNodeFactory.instance.objectNode());
    }

    private static ApiException notAcceptable() {
        return ApiException.of(
                Reason.NOT_ACCEPTABLE, "only the following media types are accepted: " + String.join(", ", PRODUCED));
    }

    private static Optional<Representation> choose(
            String accept, boolean protobuf, boolean projections, boolean pretty) {
        if (accept.isBlank()) {
            return Optional.of(new Representation(Format.JSON, Projection.NONE, "", pretty));
        }
        for (MediaRange clause : MediaRange.parseAccept(accept)) {
            for (Format format : Format.values()) {
                if (!clause.accepts(format.mediaType())) {
                    continue;
                }
                Optional<Representation> found = withParameters(format, clause.parameters(), projections, pretty);
                boolean formless = format == Format.PROTOBUF && !protobuf;
                if (found.filter(f -> !formless || f.projection() == Projection.METADATA)
                        .isPresent()) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<Representation> withParameters(
            Format format, Map<String, String> parameters, boolean projections, boolean pretty) {
        String as = parameters.getOrDefault("as", "");
        boolean prettyHere = pretty || "1".equals(parameters.get("pretty"));
        if (as.isEmpty()) {
            return Optional.of(new Representation(format, Projection.NONE, "", prettyHere));
        }
        String version = parameters.getOrDefault("v", "");
        if (!projections
                || !"meta.k8s.io".equals(parameters.get("g"))
                || !(version.equals("v1") || version.equals("v1beta1"))) {
            return Optional.empty();
        }
        return switch (as) {
            case "Table" ->
                format == Format.PROTOBUF
                        ? Optional.empty()
                        : Optional.of(new Representation(format, Projection.TABLE, version, prettyHere));
            case "PartialObjectMetadata", "PartialObjectMetadataList" ->
                Optional.of(new Representation(format, Projection.METADATA, version, prettyHere));
            default -> Optional.empty();
        };
    }
}
