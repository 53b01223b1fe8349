package io.kybern.apiserver.endpoint.review;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.admission.ObjectReader;
import io.kybern.apiserver.authentication.serviceaccount.TokenClaims;
import io.kybern.apiserver.endpoint.AnsweredKind;
import io.kybern.apiserver.endpoint.SpecialCall;
import io.kybern.apiserver.endpoint.SpecialEndpoint;
import io.kybern.apiserver.endpoint.SubjectAdmission;
import io.kybern.apiserver.endpoint.WriteOptions;
import io.kybern.apiserver.error.ApiException;
import io.kybern.apiserver.http.ApiResponse;
import io.kybern.apiserver.metadata.SystemFields;
import io.kybern.apiserver.negotiation.Representation;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.resource.GroupResource;
import io.kybern.crd.resource.GroupVersionKind;
import io.kybern.crd.resource.Trees;
import io.kybern.crd.schema.Schema;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;

/** {@code serviceaccounts/token}: makes a token. Source of rules and texts: {@code registry/core/serviceaccount/storage}. */
public final class TokenRequestEndpoint implements SpecialEndpoint {
    public static final GroupVersionKind KIND = new GroupVersionKind("authentication.k8s.io", "v1", "TokenRequest");

    private static final String GROUP = "authentication.k8s.io";
    private static final long DEFAULT_SECONDS = 3600;
    private static final long MIN_SECONDS = 600;
    private static final long MAX_SECONDS = 1L << 32;
    /** What the injected volumes ask for: old clients read the token once, so these live longer and only warn. */
    private static final long WARN_ONLY_SECONDS = 3607;

    private static final Duration EXTENDED = Duration.ofDays(365);

    private final AnsweredKind kind = new AnsweredKind(KIND);
    private final Supplier<Schema> schema;
    private final ObjectReader objects;
    private final BoundObjects bound;
    private final SubjectAdmission admission;
    private final Function<TokenClaims, String> signer;
    private final String issuer;
    private final List<String> audiences;
    private final InstantSource clock;
    private final Supplier<UUID> ids;

    /** @param audiences the server's own, for requests that name none */
    public TokenRequestEndpoint(
            Supplier<Schema> schema,
            ObjectReader objects,
            SubjectAdmission admission,
            Function<TokenClaims, String> signer,
            String issuer,
            List<String> audiences,
            InstantSource clock,
            Supplier<UUID> ids) {
        this.schema = schema;
        this.objects = objects;
        this.bound = new BoundObjects(objects);
        this.admission = admission;
        this.signer = signer;
        this.issuer = issuer;
        this.audiences = List.copyOf(audiences);
        this.clock = clock;
        this.ids = ids;
    }

    @Override
    public ApiResponse serve(SpecialCall call) {
        Representation form = kind.negotiate(call.request());
        WriteOptions options = WriteOptions.parse(call.request(), WriteOptions.Kind.CREATE, false);
        ObjectNode request = kind.read(call, options);
        ObjectNode spec = Trees.object(request, "spec");
        if (!spec.has("expirationSeconds")) {
            spec.put("expirationSeconds", DEFAULT_SECONDS);
        }
        kind.manageFields(request, schema.get(), "token", options.fieldManager(), clock.instant());
        SubjectAdmission.Creation creation = admission.create(call, call.resource(), KIND, request, options);
        String namespace = call.info().namespace();
        String name = call.info().name();
        matches(request, "name", name, name);
        matches(request, "namespace", namespace, name);
        ObjectNode account = objects.get(new GroupResource("", "serviceaccounts"), namespace, name)
                .orElseThrow(() -> ApiException.notFound(new GroupResource("", "serviceaccounts"), name));
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        complete(request, account, now);
        creation.validate();
        validate(request);
        spec = Trees.object(request, "spec"); // admission may have made another one
        long seconds = spec.path("expirationSeconds").asLong();
        ObjectNode status = request.putObject("status");
        status.put("token", signer.apply(claims(spec, account, seconds, now)));
        status.put("expirationTimestamp", SystemFields.time(now.plusSeconds(seconds)));
        return kind.answer(201, request, form);
    }

    private static void matches(ObjectNode request, String field, String wanted, String account) {
        String sent = Trees.text(request, "metadata", field);
        if (!sent.isEmpty() && !sent.equals(wanted)) {
            FieldErrors errors = new FieldErrors();
            errors.invalid(
                    FieldPath.of("metadata", field), sent, "must match the service account " + field + " if specified");
            throw ApiException.invalid(GROUP, KIND.kind(), account, errors.list());
        }
    }

    private void complete(ObjectNode request, ObjectNode account, Instant now) {
        ObjectNode metadata = Trees.object(request, "metadata");
        String sent = Trees.text(metadata, "uid");
        String uid = Trees.text(account, "metadata", "uid");
        String name = Trees.text(account, "metadata", "name");
        if (!sent.isEmpty() && !sent.equals(uid)) {
            throw ApiException.conflict(
                    new GroupResource(GROUP, KIND.kind()),
                    name,
                    "the UID in the token request (" + sent + ") does not match the UID of the service account (" + uid
                            + ")");
        }
        metadata.put("name", name);
        metadata.put("namespace", Trees.text(account, "metadata", "namespace"));
        metadata.put("uid", uid);
        metadata.put("creationTimestamp", SystemFields.time(now));
        ObjectNode spec = Trees.object(request, "spec");
        if (spec.path("audiences").isEmpty()) {
            audiences.forEach(spec.putArray("audiences")::add);
        }
    }

    private static void validate(ObjectNode request) {
        long seconds = request.path("spec").path("expirationSeconds").asLong();
        FieldErrors errors = new FieldErrors();
        FieldPath path = FieldPath.of("spec", "expirationSeconds");
        if (seconds < MIN_SECONDS) {
            errors.invalid(path, seconds, "may not specify a duration less than 10 minutes");
        }
        if (seconds > MAX_SECONDS) {
            errors.invalid(path, seconds, "may not specify a duration larger than 2^32 seconds");
        }
        if (!errors.isEmpty()) {
            throw ApiException.invalid(GROUP, KIND.kind(), "", errors.list());
        }
    }

    private TokenClaims claims(ObjectNode spec, ObjectNode account, long seconds, Instant now) {
        String namespace = Trees.text(account, "metadata", "namespace");
        BoundObjects.Bound to =
                bound.find(spec.path("boundObjectRef"), namespace, Trees.text(account, "metadata", "name"));
        List<String> wanted = Trees.texts(spec.path("audiences"));
        boolean extended = to.pod().isPresent() && seconds == WARN_ONLY_SECONDS && audiences.containsAll(wanted);
        return new TokenClaims(
                issuer,
                ids.get().toString(),
                wanted,
                now,
                extended ? now.plus(EXTENDED) : now.plusSeconds(seconds),
                namespace,
                BoundObjects.reference(account),
                to.pod(),
                to.secret(),
                to.node(),
                extended ? Optional.of(now.plusSeconds(seconds)) : Optional.empty());
    }
}
