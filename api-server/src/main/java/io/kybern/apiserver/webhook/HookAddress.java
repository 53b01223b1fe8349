package io.kybern.apiserver.webhook;

import static io.kybern.crd.resource.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/**
 * Where a webhook listens.
 *
 * @param url as messages show it, without the timeout
 * @param service whose pods answer; the name in the URL is that which its certificate must be for
 * @param caBundle base64 of PEM certificates that vouch for it; empty: the system's
 */
public record HookAddress(String url, Optional<Service> service, String caBundle) {
    private static final int HTTPS = 443;

    /** A port of a service. */
    public record Service(String namespace, String name, int port) {}

    /** Reads a {@code WebhookClientConfig}, which has either a {@code url} or a {@code service}. */
    public static HookAddress of(JsonNode clientConfig) {
        String caBundle = text(clientConfig, "caBundle");
        JsonNode sent = clientConfig.path("service");
        if (!sent.isObject()) {
            return new HookAddress(withPath(text(clientConfig, "url")), Optional.empty(), caBundle);
        }
        Service service = new Service(
                text(sent, "namespace"), text(sent, "name"), sent.path("port").asInt(HTTPS));
        String path = text(sent, "path");
        String url = "https://" + service.name() + "." + service.namespace() + ".svc:" + service.port()
                + (path.startsWith("/") ? path : "/" + path);
        return new HookAddress(url, Optional.of(service), caBundle);
    }

    /** One that names a host alone means its root. */
    private static String withPath(String url) {
        return url.matches("[a-z]+://[^/?#]+") ? url + "/" : url;
    }
}
