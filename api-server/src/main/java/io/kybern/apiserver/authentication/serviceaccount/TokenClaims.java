package io.kybern.apiserver.authentication.serviceaccount;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.resource.Trees;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a service account token says. Times are whole seconds.
 *
 * @param warnAfter from when on the token counts as stale though it is still good
 */
public record TokenClaims(
        String issuer,
        String id,
        List<String> audiences,
        Instant issuedAt,
        Instant expiry,
        String namespace,
        Reference account,
        Optional<Reference> pod,
        Optional<Reference> secret,
        Optional<Reference> node,
        Optional<Instant> warnAfter) {
    public TokenClaims {
        audiences = List.copyOf(audiences);
    }

    /** An object that must go on existing; a node that only informs may have no uid. */
    public record Reference(String name, String uid) {}

    public String subject() {
        return "system:serviceaccount:" + namespace + ":" + account.name();
    }

    /** Members in alphabetical order, as the original prints them. */
    public ObjectNode toJson() {
        ObjectNode out = JsonNodeFactory.instance.objectNode();
        audiences.forEach(out.putArray("aud")::add);
        out.put("exp", expiry.getEpochSecond());
        out.put("iat", issuedAt.getEpochSecond());
        out.put("iss", issuer);
        out.put("jti", id);
        ObjectNode ours = out.putObject("kubernetes.io").put("namespace", namespace);
        node.ifPresent(r -> ours.set("node", json(r)));
        pod.ifPresent(r -> ours.set("pod", json(r)));
        secret.ifPresent(r -> ours.set("secret", json(r)));
        ours.set("serviceaccount", json(account));
        warnAfter.ifPresent(t -> ours.put("warnafter", t.getEpochSecond()));
        out.put("nbf", issuedAt.getEpochSecond());
        out.put("sub", subject());
        return out;
    }

    private static ObjectNode json(Reference reference) {
        ObjectNode out = JsonNodeFactory.instance.objectNode().put("name", reference.name());
        return reference.uid().isEmpty() ? out : out.put("uid", reference.uid());
    }

    static TokenClaims of(JsonNode json) {
        JsonNode ours = json.path("kubernetes.io");
        JsonNode aud = json.path("aud");
        return new TokenClaims(
                Trees.text(json, "iss"),
                Trees.text(json, "jti"),
                aud.isTextual() ? List.of(aud.textValue()) : Trees.texts(aud),
                Instant.ofEpochSecond(json.path("nbf").asLong()),
                Instant.ofEpochSecond(json.path("exp").asLong()),
                Trees.text(ours, "namespace"),
                reference(ours.path("serviceaccount")).orElse(new Reference("", "")),
                reference(ours.path("pod")),
                reference(ours.path("secret")),
                reference(ours.path("node")),
                ours.has("warnafter")
                        ? Optional.of(
                                Instant.ofEpochSecond(ours.path("warnafter").asLong()))
                        : Optional.empty());
    }

    private static Optional<Reference> reference(JsonNode json) {
        return json.isObject()
                ? Optional.of(new Reference(Trees.text(json, "name"), Trees.text(json, "uid")))
                : Optional.empty();
    }
}
