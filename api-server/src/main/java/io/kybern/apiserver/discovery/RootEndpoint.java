package io.kybern.apiserver.discovery;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.endpoint.PathEndpoint;
import io.kybern.apiserver.http.ApiRequest;
import io.kybern.apiserver.http.ApiResponse;
import io.kybern.apiserver.negotiation.Encoder;
import java.util.Collection;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Supplier;

/** {@code /}: the paths there are. */
public final class RootEndpoint implements PathEndpoint {
    private final DiscoveryDocuments documents;
    private final Supplier<Collection<String>> fixed;

    /** @param fixed the paths that are neither groups nor versions */
    public RootEndpoint(DiscoveryDocuments documents, Supplier<Collection<String>> fixed) {
        this.documents = documents;
        this.fixed = fixed;
    }

    @Override
    public ApiResponse serve(ApiRequest request) {
        SortedSet<String> paths = new TreeSet<>(fixed.get());
        paths.addAll(documents.paths());
        ObjectNode out = JsonNodeFactory.instance.objectNode();
        ArrayNode list = out.putArray("paths");
        paths.forEach(list::add);
        return Encoder.indented(out);
    }
}
