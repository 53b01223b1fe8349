package io.kybern.apiserver.kubelet;

import io.kybern.apiserver.error.ApiException;
import io.kybern.crd.field.FieldErrors;
import java.util.List;
import java.util.Set;

/**
 * What stands for a name in the path of a proxy: {@code NAME}, {@code NAME:PORT} or {@code SCHEME:NAME:PORT}. Source: {@code
 * SplitSchemeNamePort} of apimachinery.
 *
 * @param scheme http, https or empty
 * @param port a number, a port's name or empty
 */
record ProxyName(String scheme, String name, String port) {
    private static final Set<String> SCHEMES = Set.of("http", "https", "");

    /** @param kind for the message: pod, service or node */
    static ProxyName parse(String text, String kind) {
        List<String> parts = List.of(text.split(":", -1));
        ProxyName out = switch (parts.size()) {
            case 1 -> new ProxyName("", parts.get(0), "");
            case 2 -> new ProxyName("", parts.get(0), parts.get(1));
            case 3 -> new ProxyName(parts.get(0), parts.get(1), parts.get(2));
            default -> new ProxyName("", "", "");
        };
        if (out.name().isEmpty() || !SCHEMES.contains(out.scheme())) {
            throw ApiException.badRequest("invalid " + kind + " request " + FieldErrors.quote(text));
        }
        return out;
    }
}
