package io.kybern.apiserver.discovery;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.endpoint.PathEndpoint;
import io.kybern.apiserver.error.ApiException;
import io.kybern.apiserver.error.Reason;
import io.kybern.apiserver.http.ApiRequest;
import io.kybern.apiserver.http.ApiResponse;
import io.kybern.apiserver.http.Headers;
import io.kybern.apiserver.negotiation.Encoder;
import io.kybern.apiserver.negotiation.MediaRange;
import io.kybern.apiserver.negotiation.Representation;
import io.kybern.apiserver.negotiation.Representation.Format;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** {@code /api}, {@code /apis} and below, as far as they are no resources. */
public final class DiscoveryEndpoint implements PathEndpoint {
    private final DiscoveryDocuments documents;
    private final Supplier<String> serverAddress;

    /** @param serverAddress {@code host:port} under which clients find this server */
    public DiscoveryEndpoint(DiscoveryDocuments documents, Supplier<String> serverAddress) {
        this.documents = documents;
        this.serverAddress = serverAddress;
    }

    @Override
    public ApiResponse serve(ApiRequest request) {
        return document(request).orElseGet(PathEndpoint::notFound);
    }

    /** The document at a path; empty if discovery knows no such path. */
    private Optional<ApiResponse> document(ApiRequest request) {
        String path = request.path().endsWith("/") && request.path().length() > 1
                ? request.path().substring(0, request.path().length() - 1)
                : request.path();
        String[] parts = path.substring(1).split("/");
        if (parts[0].equals("api") && parts.length == 1) {
            return Optional.of(root(request, "api", documents.versions(serverAddress.get())));
        }
        if (parts[0].equals("apis") && parts.length == 1) {
            return Optional.of(root(request, "apis", documents.groups()));
        }
        if (parts[0].equals("api") && parts.length == 2) {
            return resources(request, "", parts[1]);
        }
        if (parts[0].equals("apis") && parts.length == 2) {
            return documents.group(parts[1]).map(group -> Encoder.tree(200, group, negotiate(request)));
        }
        if (parts[0].equals("apis") && parts.length == 3) {
            return resources(request, parts[1], parts[2]);
        }
        return Optional.empty();
    }

    private Optional<ApiResponse> resources(ApiRequest request, String group, String version) {
        Optional<ObjectNode> list = documents.resources(group, version);
        if (list.isEmpty()) {
            if (group.isEmpty() || documents.isBuiltIn(group)) {
                throw ApiException.noSuchResource();
            }
            return Optional.empty();
        }
        if (!request.method().equals("GET")) {
            throw ApiException.methodNotAllowed();
        }
        return Optional.of(Encoder.tree(200, list.get(), negotiate(request)));
    }

    /** A root answers the aggregated document where it is asked for. */
    private ApiResponse root(ApiRequest request, String root, ObjectNode legacy) {
        for (MediaRange clause : MediaRange.parseAccept(request.header("Accept"))) {
            Map<String, String> p = clause.parameters();
            if (!p.containsKey("as")) {
                if (clause.accepts(Format.JSON.mediaType())
                        || clause.accepts(Format.YAML.mediaType())
                        || clause.accepts(Format.PROTOBUF.mediaType())) {
                    break;
                }
                continue;
            }
            boolean aggregated = "APIGroupDiscoveryList".equals(p.get("as"))
                    && "apidiscovery.k8s.io".equals(p.get("g"))
                    && "v2".equals(p.get("v"));
            if (aggregated) {
                Optional<Format> format = format(clause);
                if (format.isPresent()) {
                    return aggregated(request, root, format.get());
                }
            }
        }
        return Encoder.tree(200, legacy, negotiate(request));
    }

    private static Optional<Format> format(MediaRange clause) {
        for (Format format : Format.values()) {
            if (clause.accepts(format.mediaType())) {
                return Optional.of(format);
            }
        }
        return Optional.empty();
    }

    private ApiResponse aggregated(ApiRequest request, String root, Format format) {
        AggregatedDocument document = documents.aggregated(root);
        Headers headers =
                new Headers().add("Vary", "Accept").add("ETag", document.tag()).add("Cache-Control", "public");
        if (request.header("If-None-Match").equals(document.tag())) {
            return ApiResponse.Full.of(304, headers, new byte[0]);
        }
        headers.add("Content-Type", format.mediaType() + ";g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList");
        return ApiResponse.Full.of(200, headers, document.bytes(format));
    }

    private static Representation negotiate(ApiRequest request) {
        String accept = request.header("Accept");
        if (accept.isBlank()) {
            return Representation.JSON;
        }
        boolean pretty = request.query().flag("pretty");
        for (MediaRange clause : MediaRange.parseAccept(accept)) {
            if (clause.parameters().containsKey("as")
                    && !(clause.parameters().get("as").equals("Table"))) {
                continue;
            }
            Optional<Format> format = format(clause);
            if (format.isPresent()) {
                return new Representation(format.get(), Representation.Projection.NONE, "", pretty);
            }
        }
        throw ApiException.of(
                Reason.NOT_ACCEPTABLE,
                "only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf");
    }
}
