package io.kybern.apiserver.version;

import io.kybern.apiserver.endpoint.PathEndpoint;
import io.kybern.apiserver.error.ApiException;
import io.kybern.apiserver.http.ApiRequest;
import io.kybern.apiserver.http.ApiResponse;
import io.kybern.apiserver.negotiation.Encoder;
import io.kybern.apiserver.negotiation.RouteMediaType;

/** {@code /version}, for people too: always indented. */
public final class VersionEndpoint implements PathEndpoint {
    @Override
    public ApiResponse serve(ApiRequest request) {
        if (!request.method().equals("GET")) {
            throw ApiException.methodNotAllowed();
        }
        RouteMediaType.check(request, "application/json");
        return Encoder.indented(ServerVersion.info());
    }
}
