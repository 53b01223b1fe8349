package io.kybern.operators.metadata;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Which resources a server has, by aggregated discovery: two requests. */
public final class Discovery {
    private static final String ACCEPT =
            "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json";

    private final MetadataClient client;

    public Discovery(MetadataClient client) {
        this.client = client;
    }

    /**
     * The resources, each once, in the version that its server prefers, and the groups whose server did not answer.
     */
    public record Discovered(List<ResourceType> types, List<String> staleGroups) {}

    public Discovered discover() throws InterruptedException {
        List<ResourceType> types = new ArrayList<>();
        List<String> stale = new ArrayList<>();
        for (String path : List.of("/api", "/apis")) {
            JsonNode list = client.getTree(path, ACCEPT);
            if (!list.path("kind").asText().equals("APIGroupDiscoveryList")) {
                throw new IllegalStateException("the API server has no aggregated discovery");
            }
            list.path("items").forEach(group -> readGroup(group, types, stale));
        }
        return new Discovered(types, stale);
    }

    /** Versions come in order of preference; a later one counts for resources that an earlier one has not. */
    private static void readGroup(JsonNode group, List<ResourceType> types, List<String> stale) {
        String name = group.path("metadata").path("name").asText("");
        Set<String> seen = new HashSet<>();
        for (JsonNode version : group.path("versions")) {
            String versionName = version.path("version").asText();
            if (version.path("freshness").asText().equals("Stale")) {
                stale.add(name + '/' + versionName);
            }
            for (JsonNode resource : version.path("resources")) {
                String plural = resource.path("resource").asText();
                String kind = resource.path("responseKind").path("kind").asText();
                if (!kind.isEmpty() && seen.add(plural)) {
                    Set<String> verbs = new HashSet<>();
                    resource.path("verbs").forEach(verb -> verbs.add(verb.asText()));
                    types.add(new ResourceType(
                            name,
                            versionName,
                            plural,
                            kind,
                            resource.path("scope").asText().equals("Namespaced"),
                            verbs));
                }
            }
        }
    }
}
