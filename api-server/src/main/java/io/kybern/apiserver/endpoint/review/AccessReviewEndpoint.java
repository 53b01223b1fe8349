package io.kybern.apiserver.endpoint.review;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.authentication.User;
import io.kybern.apiserver.authorization.AuthorizationAttributes;
import io.kybern.apiserver.authorization.Authorizer;
import io.kybern.apiserver.endpoint.AnsweredKind;
import io.kybern.apiserver.endpoint.SpecialCall;
import io.kybern.apiserver.endpoint.SpecialEndpoint;
import io.kybern.apiserver.endpoint.WriteOptions;
import io.kybern.apiserver.error.ApiException;
import io.kybern.apiserver.http.ApiResponse;
import io.kybern.apiserver.negotiation.Representation;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.resource.Trees;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;

/** {@code SubjectAccessReview}, {@code SelfSubjectAccessReview} and {@code LocalSubjectAccessReview}: may somebody do something. */
public final class AccessReviewEndpoint implements SpecialEndpoint {
    private final Subject subject;
    private final Authorizer authorizer;
    private final InstantSource clock;

    /** Whom a review is about. */
    public enum Subject {
        /** Whoever asks. */
        SELF,
        /** Whom the review names. */
        NAMED,
        /** Whom the review names, within its namespace. */
        LOCAL
    }

    public AccessReviewEndpoint(Subject subject, Authorizer authorizer, InstantSource clock) {
        this.subject = subject;
        this.authorizer = authorizer;
        this.clock = clock;
    }

    @Override
    public ApiResponse serve(SpecialCall call) {
        AnsweredKind kind = new AnsweredKind(call.definition().kind(call.version()));
        Representation form = kind.negotiate(call.request());
        WriteOptions options = WriteOptions.parse(call.request(), WriteOptions.Kind.CREATE, false);
        ObjectNode review = kind.read(call, options);
        if (subject == Subject.LOCAL) {
            namespace(call, review);
        }
        kind.manageFields(review, call.version().schema().get(), "", options.fieldManager(), clock.instant());
        FieldErrors errors = new FieldErrors();
        AccessReviewRules.check(subject, review, errors);
        if (!errors.isEmpty()) {
            throw ApiException.invalid(kind.kind().group(), "", "", errors.list());
        }
        JsonNode spec = review.path("spec");
        User user = subject == Subject.SELF ? call.exchange().user() : UserInfo.ofReview(spec);
        decide(authorizer.authorize(attributes(user, spec)), review.putObject("status"));
        return kind.answer(201, review, form);
    }

    private static void namespace(SpecialCall call, ObjectNode review) {
        String wanted = call.info().namespace();
        String sent = Trees.text(review, "metadata", "namespace");
        if (sent.isEmpty()) {
            Trees.object(review, "metadata").put("namespace", wanted);
        } else if (!sent.equals(wanted)) {
            throw ApiException.badRequest(
                    "the namespace of the provided object does not match the namespace sent on the request");
        }
    }

    private static void decide(Authorizer.Decision decision, ObjectNode status) {
        status.put("allowed", decision instanceof Authorizer.Decision.Allow);
        if (decision instanceof Authorizer.Decision.Deny) {
            status.put("denied", true);
        }
        if (!decision.reason().isEmpty()) {
            status.put("reason", decision.reason());
        }
    }

    private static AuthorizationAttributes attributes(User user, JsonNode spec) {
        JsonNode path = spec.path("nonResourceAttributes");
        if (path.isObject()) {
            return AuthorizationAttributes.ofPath(user, Trees.text(path, "verb"), Trees.text(path, "path"));
        }
        JsonNode resource = spec.path("resourceAttributes");
        return new AuthorizationAttributes(
                user,
                Trees.text(resource, "verb"),
                true,
                Trees.text(resource, "group"),
                Trees.text(resource, "version"),
                Trees.text(resource, "resource"),
                Trees.text(resource, "subresource"),
                Trees.text(resource, "namespace"),
                Trees.text(resource, "name"),
                "",
                fields(resource.path("fieldSelector")));
    }

    private static Map<String, String> fields(JsonNode selector) {
        Map<String, String> out = new HashMap<>();
        for (JsonNode requirement : selector.path("requirements")) {
            JsonNode values = requirement.path("values");
            if (Trees.text(requirement, "operator").equals("In") && values.size() == 1) {
                out.put(Trees.text(requirement, "key"), values.get(0).asText());
            }
        }
        return out;
    }
}
