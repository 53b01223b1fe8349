package io.kybern.apiserver.issuer;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.endpoint.PathEndpoint;
import io.kybern.apiserver.error.ApiException;
import io.kybern.apiserver.http.ApiRequest;
import io.kybern.apiserver.http.ApiResponse;
import io.kybern.apiserver.http.Headers;
import io.kybern.apiserver.negotiation.RouteMediaType;
import io.kybern.apiserver.wire.JsonWriter;
import java.util.function.Supplier;

/** {@code /.well-known/openid-configuration}. Source: pkg/serviceaccount/openidmetadata.go. */
public final class IssuerConfigurationEndpoint implements PathEndpoint {
    static final String CACHE_CONTROL = "public, max-age=3600";

    private final String issuer;
    private final Supplier<String> serverAddress;

    /** @param serverAddress {@code host:port} under which clients find this server */
    public IssuerConfigurationEndpoint(String issuer, Supplier<String> serverAddress) {
        this.issuer = issuer;
        this.serverAddress = serverAddress;
    }

    @Override
    public ApiResponse serve(ApiRequest request) {
        if (!request.method().equals("GET")) {
            throw ApiException.methodNotAllowed();
        }
        RouteMediaType.check(request, "application/json");
        ObjectNode out = JsonNodeFactory.instance.objectNode();
        out.put("issuer", issuer).put("jwks_uri", "https://" + serverAddress.get() + "/openid/v1/jwks");
        out.putArray("response_types_supported").add("id_token");
        out.putArray("subject_types_supported").add("public");
        out.putArray("id_token_signing_alg_values_supported").add("RS256");
        Headers headers = new Headers().add("Content-Type", "application/json").add("Cache-Control", CACHE_CONTROL);
        return ApiResponse.Full.of(200, headers, JsonWriter.bytes(out));
    }
}
