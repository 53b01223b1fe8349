package io.kybern.crd.net;

import com.fasterxml.jackson.databind.JsonNode;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.name.Names;
import io.kybern.crd.resource.Trees;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a webhook is called. Source: {@code apiserver/pkg/util/webhook/validation.go}. */
public final class WebhookClientRules {
    private static final Pattern PEM =
            Pattern.compile("-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\\s]*)-----END CERTIFICATE-----");
    private static final String FORM = "; desired format: https://host[/path]";

    private WebhookClientRules() {}

    /** Complaints about {@code url}. */
    public static void url(String text, FieldPath path, FieldErrors errors) {
        URI url;
        try {
            url = new URI(text);
        } catch (URISyntaxException e) {
            errors.required(path, "url must be a valid URL: " + e.getMessage() + FORM);
            return;
        }
        String scheme = url.getScheme() == null ? "" : url.getScheme();
        if (!scheme.equals("https")) {
            errors.invalid(path, scheme, "'https' is the only allowed URL scheme" + FORM);
        }
        if (url.getAuthority() == null || url.getAuthority().isEmpty()) {
            errors.invalid(path, "", "host must be specified" + FORM);
        }
        if (url.getUserInfo() != null) {
            errors.invalid(path, url.getUserInfo(), "user information is not permitted in the URL");
        }
        if (url.getFragment() != null && !url.getFragment().isEmpty()) {
            errors.invalid(path, url.getFragment(), "fragments are not permitted in the URL");
        }
        if (url.getQuery() != null && !url.getQuery().isEmpty()) {
            errors.invalid(path, url.getQuery(), "query parameters are not permitted in the URL");
        }
    }

    /**
     * Complaints about {@code service}.
     *
     * @param of what its missing fields are complained of with; may be empty
     */
    public static void service(JsonNode service, FieldPath path, String of, FieldErrors errors) {
        if (Trees.text(service, "name").isEmpty()) {
            errors.required(path.child("name"), of.isEmpty() ? "" : of + " name is required");
        }
        if (Trees.text(service, "namespace").isEmpty()) {
            errors.required(path.child("namespace"), of.isEmpty() ? "" : of + " namespace is required");
        }
        List<String> complaints = Names.portNumber(service.path("port").asLong());
        if (!complaints.isEmpty()) {
            errors.invalid(
                    path.child("port"), service.path("port"), "port is not valid: " + String.join(", ", complaints));
        }
        if (service.path("path").isTextual()) {
            urlPath(service.path("path").asText(), path.child("path"), errors);
        }
    }

    private static void urlPath(String text, FieldPath path, FieldErrors errors) {
        if (text.isEmpty() || text.equals("/")) {
            return;
        }
        if (text.equals("//")) {
            errors.invalid(path, text, "segment[0] may not be empty");
            return;
        }
        if (!text.startsWith("/")) {
            errors.invalid(path, text, "must start with a '/'");
        }
        String inner = text.endsWith("/") ? text.substring(1, text.length() - 1) : text.substring(1);
        String[] segments = inner.split("/", -1);
        for (int i = 0; i < segments.length; i++) {
            if (segments[i].isEmpty()) {
                errors.invalid(path, text, "segment[" + i + "] may not be empty");
                continue;
            }
            for (String complaint : Names.dnsSubdomain(segments[i])) {
                errors.invalid(path, text, "segment[" + i + "]: " + complaint);
            }
        }
    }

    /** Why a CA bundle can't be used; empty for one that can, also for none. */
    public static Optional<String> caBundleProblem(String base64) {
        if (base64.isEmpty()) {
            return Optional.empty();
        }
        String pem = new String(Base64.getMimeDecoder().decode(base64), StandardCharsets.ISO_8859_1);
        Matcher blocks = PEM.matcher(pem);
        boolean any = false;
        while (blocks.find()) {
            try {
                byte[] der = Base64.getMimeDecoder().decode(blocks.group(1));
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
                any = true;
            } catch (CertificateException | IllegalArgumentException e) {
                return Optional.of("unable to load root certificates: failed to parse certificate: " + e.getMessage());
            }
        }
        return any
                ? Optional.empty()
                : Optional.of("unable to load root certificates: unable to parse bytes as PEM block");
    }
}
