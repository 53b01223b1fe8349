package io.kybern.apiserver.aggregation;

import static io.kybern.crd.resource.Trees.flag;
import static io.kybern.crd.resource.Trees.number;
import static io.kybern.crd.resource.Trees.objects;
import static io.kybern.crd.resource.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A version of a group that a service in the cluster serves.
 *
 * @param caBundle base64 of PEM; who signs the service's certificate, empty for authorities that are known anyway
 * @param insecure its certificate is not looked at
 * @param available it was seen to answer
 */
public record RemoteService(
        String group,
        String version,
        String namespace,
        String name,
        int port,
        String caBundle,
        boolean insecure,
        boolean available,
        long groupPriority,
        long versionPriority) {
    private static final int HTTPS = 443;

    static RemoteService of(ObjectNode apiService) {
        JsonNode spec = apiService.path("spec");
        return new RemoteService(
                text(spec, "group"),
                text(spec, "version"),
                text(spec, "service", "namespace"),
                text(spec, "service", "name"),
                spec.path("service").path("port").asInt(HTTPS),
                text(spec, "caBundle"),
                flag(spec, "insecureSkipTLSVerify"),
                objects(apiService.path("status").path("conditions")).stream()
                        .anyMatch(c -> text(c, "type").equals("Available")
                                && text(c, "status").equals("True")),
                number(spec, "groupPriorityMinimum"),
                number(spec, "versionPriority"));
    }

    public String groupVersion() {
        return group + "/" + version;
    }

    /** The name that its certificate must be for. */
    String serverName() {
        return name + "." + namespace + ".svc";
    }
}
