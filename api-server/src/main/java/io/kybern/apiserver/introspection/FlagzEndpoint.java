package io.kybern.apiserver.introspection;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.endpoint.PathEndpoint;
import io.kybern.apiserver.http.ApiRequest;
import io.kybern.apiserver.http.ApiResponse;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** {@code /flagz}: what the process was started with. Source: KEP-4828. */
public final class FlagzEndpoint implements PathEndpoint {
    private final SortedMap<String, String> flags;

    /** @param flags by name, without secrets */
    public FlagzEndpoint(SortedMap<String, String> flags) {
        this.flags = new TreeMap<>(flags);
    }

    @Override
    public ApiResponse serve(ApiRequest request) {
        return DebugPage.answer(request, "Flagz", this::text, this::object);
    }

    private String text() {
        return flags.entrySet().stream()
                .map(flag -> flag.getKey() + "=" + flag.getValue() + "\n")
                .collect(Collectors.joining());
    }

    private ObjectNode object() {
        ObjectNode out = JsonNodeFactory.instance.objectNode();
        out.put("kind", "Flagz").put("apiVersion", "config.k8s.io/v1beta1");
        out.putObject("metadata").put("name", "apiserver");
        ObjectNode values = out.putObject("flags");
        flags.forEach(values::put);
        return out;
    }
}
