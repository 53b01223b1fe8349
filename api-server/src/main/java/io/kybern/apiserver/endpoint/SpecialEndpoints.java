package io.kybern.apiserver.endpoint;

import io.kybern.apiserver.http.RequestInfo;
import io.kybern.crd.resource.GroupResource;
import io.kybern.crd.resource.ResourceDefinition;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Endpoints of kinds that are only answered (reviews) and of subresources with a kind of their own (scale, binding, token …). */
public final class SpecialEndpoints {
    private record Key(GroupResource resource, String subresource) {}

    private final Map<Key, SpecialEndpoint> endpoints = new HashMap<>();
    private final Map<String, SpecialEndpoint> everywhere = new HashMap<>();

    /** An endpoint for a resource (subresource empty) or one of its subresources. */
    public SpecialEndpoints add(String group, String resource, String subresource, SpecialEndpoint endpoint) {
        endpoints.put(new Key(new GroupResource(group, resource), subresource), endpoint);
        return this;
    }

    /** An endpoint for a subresource of whichever resource has it. */
    public SpecialEndpoints addEverywhere(String subresource, SpecialEndpoint endpoint) {
        everywhere.put(subresource, endpoint);
        return this;
    }

    Optional<SpecialEndpoint> find(ResourceDefinition definition, RequestInfo info) {
        SpecialEndpoint own = endpoints.get(new Key(definition.groupResource(), info.subresource()));
        if (own != null) {
            return Optional.of(own);
        }
        return info.subresource().isEmpty()
                ? Optional.empty()
                : Optional.ofNullable(everywhere.get(info.subresource()));
    }
}
