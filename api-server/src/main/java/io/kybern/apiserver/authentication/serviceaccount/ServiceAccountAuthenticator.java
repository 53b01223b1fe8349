package io.kybern.apiserver.authentication.serviceaccount;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.admission.ObjectReader;
import io.kybern.apiserver.authentication.User;
import io.kybern.apiserver.authentication.serviceaccount.TokenClaims.Reference;
import io.kybern.apiserver.authentication.token.TokenAuthenticator;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.resource.GroupResource;
import io.kybern.crd.resource.Trees;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Service account tokens of this server. Good is one that is signed by it, meant for the audience, within its time, and whose
 * account and bound object still exist with the uid that it names; the latter is looked up on each use, so that a token
 * ends with its pod.
 */
public final class ServiceAccountAuthenticator implements TokenAuthenticator {
    /** Clocks differ, and what is being deleted may still finish its work. Source: {@code jwt.DefaultLeeway}. */
    private static final Duration LEEWAY = Duration.ofMinutes(1);

    private static final String INVALIDATED = "service account token has been invalidated";
    private static final String EXTRA = "authentication.kubernetes.io/";

    private final TokenSigner signer;
    private final String issuer;
    private final ObjectReader objects;
    private final InstantSource clock;
    private final VerifiedTokens verified = new VerifiedTokens();

    public ServiceAccountAuthenticator(TokenSigner signer, String issuer, ObjectReader objects, InstantSource clock) {
        this.signer = signer;
        this.issuer = issuer;
        this.objects = objects;
        this.clock = clock;
    }

    @Override
    public Answer authenticate(String token, List<String> audiences) {
        Optional<JsonNode> unverified = TokenSigner.claims(token);
        if (unverified.isEmpty() || !Trees.text(unverified.get(), "iss").equals(issuer)) {
            return new Answer.Unknown();
        }
        Optional<TokenClaims> claims =
                verified.get(token, t -> signer.verifies(t) ? unverified.map(TokenClaims::of) : Optional.empty());
        if (claims.isEmpty()) {
            return new Answer.Refused("go-jose/go-jose: error in cryptographic primitive");
        }
        List<String> shared =
                claims.get().audiences().stream().filter(audiences::contains).toList();
        if (shared.isEmpty()) {
            return new Answer.Refused("token audiences " + quoted(claims.get().audiences())
                    + " is invalid for the target audiences " + quoted(audiences));
        }
        String problem = problem(claims.get());
        return problem.isEmpty() ? new Answer.Known(user(claims.get()), shared) : new Answer.Refused(problem);
    }

    private static String quoted(List<String> audiences) {
        return audiences.stream().map(FieldErrors::quote).collect(Collectors.joining(" ", "[", "]"));
    }

    /** Why the token is not good now; empty if it is. */
    private String problem(TokenClaims claims) {
        Instant now = clock.instant();
        if (now.minus(LEEWAY).isAfter(claims.expiry())) {
            return "service account token has expired";
        }
        if (now.plus(LEEWAY).isBefore(claims.issuedAt())) {
            return "service account token is not valid yet";
        }
        String namespace = claims.namespace();
        Reference account = claims.account();
        Optional<ObjectNode> stored = find("serviceaccounts", namespace, account.name());
        if (stored.isEmpty()) {
            return "serviceaccounts " + FieldErrors.quote(account.name()) + " not found";
        }
        if (!uid(stored.get()).equals(account.uid())) {
            return "service account UID (" + uid(stored.get()) + ") does not match claim (" + account.uid() + ")";
        }
        if (isDeleted(stored.get(), now)) {
            return "service account " + namespace + "/" + account.name() + " has been deleted";
        }
        return claims.secret()
                .map(r -> boundTo("secrets", "secret", "Secret", namespace, r, now))
                .or(() -> claims.pod().map(r -> boundTo("pods", "pod", "Pod", namespace, r, now)))
                .or(() -> claims.node().map(r -> boundTo("nodes", "node", "Node", "", r, now)))
                .orElse("");
    }

    private String boundTo(
            String resource, String word, String kind, String namespace, Reference reference, Instant now) {
        Optional<ObjectNode> bound = find(resource, namespace, reference.name());
        if (bound.isEmpty() || isDeleted(bound.get(), now)) {
            return INVALIDATED;
        }
        String uid = uid(bound.get());
        return uid.equals(reference.uid())
                ? ""
                : (kind.equals("Secret") ? "secret" : kind) + " UID (" + uid + ") does not match service account "
                        + word + " ref claim (" + reference.uid() + ")";
    }

    private Optional<ObjectNode> find(String resource, String namespace, String name) {
        return objects.get(new GroupResource("", resource), namespace, name);
    }

    private static String uid(ObjectNode object) {
        return Trees.text(object, "metadata", "uid");
    }

    private static boolean isDeleted(ObjectNode object, Instant now) {
        String since = Trees.text(object, "metadata", "deletionTimestamp");
        return !since.isEmpty() && Instant.parse(since).isBefore(now.minus(LEEWAY));
    }

    private static User user(TokenClaims claims) {
        Map<String, List<String>> extra = new LinkedHashMap<>();
        if (!claims.id().isEmpty()) {
            extra.put(EXTRA + "credential-id", List.of("JTI=" + claims.id()));
        }
        claims.node().ifPresent(r -> put(extra, "node", r));
        claims.pod().ifPresent(r -> put(extra, "pod", r));
        return new User(
                claims.subject(),
                claims.account().uid(),
                List.of("system:serviceaccounts", "system:serviceaccounts:" + claims.namespace()),
                extra);
    }

    private static void put(Map<String, List<String>> extra, String what, Reference reference) {
        extra.put(EXTRA + what + "-name", List.of(reference.name()));
        if (!reference.uid().isEmpty()) {
            extra.put(EXTRA + what + "-uid", List.of(reference.uid()));
        }
    }
}
