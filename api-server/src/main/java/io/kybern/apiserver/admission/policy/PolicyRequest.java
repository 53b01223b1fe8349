package io.kybern.apiserver.admission.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.admission.AdmissionRequest;
import io.kybern.apiserver.admission.ObjectReader;
import io.kybern.apiserver.authentication.User;
import io.kybern.apiserver.authorization.AuthorizationAttributes;
import io.kybern.apiserver.authorization.Authorizer;
import io.kybern.apiserver.registry.Resource;
import io.kybern.apiserver.registry.admissionregistration.PolicyExpressions;
import io.kybern.crd.cel.library.Authorization;
import io.kybern.crd.cel.rule.JsonValues;
import io.kybern.crd.cel.value.CelNull;
import io.kybern.crd.resource.GroupResource;
import io.kybern.crd.resource.GroupVersionKind;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What expressions know of a request: the values of their variables, but for parameters. */
final class PolicyRequest {
    private static final GroupResource NAMESPACES = new GroupResource("", "namespaces");

    private PolicyRequest() {}

    /** @param as the version of the resource in which expressions see it */
    static Map<String, Object> variables(
            AdmissionRequest request, Resource as, ObjectReader objects, Authorizer authorizer) {
        Map<String, Object> variables = new HashMap<>();
        variables.put("object", value(request, as, request.object()));
        variables.put("oldObject", value(request, as, request.oldObject()));
        variables.put("request", JsonValues.of(json(request, as), PolicyExpressions.REQUEST));
        Optional<ObjectNode> namespace =
                request.namespace().isEmpty() ? Optional.empty() : objects.get(NAMESPACES, "", request.namespace());
        variables.put(
                "namespaceObject",
                namespace
                        .map(n -> JsonValues.of(withUid(n), PolicyExpressions.NAMESPACE))
                        .orElse(CelNull.NULL));
        Asked asked = new Asked(request.user(), authorizer);
        variables.put("authorizer", Authorization.value(asked));
        variables.put("authorizer.requestResource", Authorization.value(asked, target(request)));
        return variables;
    }

    private static Object value(AdmissionRequest request, Resource as, Optional<ObjectNode> object) {
        return object.map(o -> JsonValues.untyped(request.shown(as, o))).orElse(CelNull.NULL);
    }

    /** Expressions call the uid of a namespace UID. */
    private static JsonNode withUid(ObjectNode namespace) {
        ObjectNode shown = namespace.objectNode();
        shown.setAll(namespace);
        ObjectNode metadata = shown.objectNode();
        if (namespace.path("metadata") instanceof ObjectNode given) {
            metadata.setAll(given);
        }
        metadata.set("UID", metadata.path("uid"));
        shown.set("metadata", metadata);
        return shown;
    }

    private static Authorization.Target target(AdmissionRequest request) {
        return new Authorization.Target(
                request.resource().group(),
                request.resource().resource(),
                request.subresource(),
                request.namespace(),
                request.name(),
                "",
                "");
    }

    private static ObjectNode json(AdmissionRequest request, Resource as) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        for (String prefix : List.of("", "request")) {
            Resource resource = prefix.isEmpty() ? as : request.endpoint();
            GroupVersionKind kind = request.kind(resource);
            json.putObject(prefix.isEmpty() ? "kind" : "requestKind")
                    .put("group", kind.group())
                    .put("version", kind.version())
                    .put("kind", kind.kind());
            json.putObject(prefix.isEmpty() ? "resource" : "requestResource")
                    .put("group", resource.kind().group())
                    .put("version", resource.kind().version())
                    .put("resource", resource.groupResource().resource());
            if (!request.subresource().isEmpty()) {
                json.put(prefix.isEmpty() ? "subResource" : "requestSubResource", request.subresource());
            }
        }
        json.put("name", request.name());
        if (!request.namespace().isEmpty()) {
            json.put("namespace", request.namespace());
        }
        json.put("operation", request.operation().name());
        json.set("userInfo", user(request.user()));
        json.put("dryRun", request.dryRun());
        if (!request.options().isEmpty()) {
            json.set("options", request.options());
        }
        return json;
    }

    private static ObjectNode user(User user) {
        ObjectNode info = JsonNodeFactory.instance.objectNode().put("username", user.name());
        if (!user.uid().isEmpty()) {
            info.put("uid", user.uid());
        }
        ArrayNode groups = info.putArray("groups");
        user.groups().forEach(groups::add);
        if (!user.extra().isEmpty()) {
            ObjectNode extra = info.putObject("extra");
            user.extra().forEach((key, values) -> values.forEach(extra.withArrayProperty(key)::add));
        }
        return info;
    }

    /** Answers for the user of a request, or a service account. */
    private record Asked(User user, Authorizer authorizer) implements Authorization.Authorizer {
        private User user(Authorization.Subject subject) {
            if (subject.isRequester()) {
                return user;
            }
            String namespace = subject.serviceAccountNamespace();
            return new User(
                    "system:serviceaccount:" + namespace + ":" + subject.serviceAccountName(),
                    "",
                    List.of("system:serviceaccounts", "system:serviceaccounts:" + namespace, User.AUTHENTICATED),
                    Map.of());
        }

        @Override
        public Authorization.Answer path(Authorization.Subject subject, String path, String verb) {
            return answer(AuthorizationAttributes.ofPath(user(subject), verb, path));
        }

        @Override
        public Authorization.Answer resource(Authorization.Subject subject, Authorization.Target target, String verb) {
            return answer(AuthorizationAttributes.ofResource(
                    user(subject),
                    verb,
                    target.group(),
                    "*",
                    target.resource(),
                    target.subresource(),
                    target.namespace(),
                    target.name()));
        }

        private Authorization.Answer answer(AuthorizationAttributes attributes) {
            Authorizer.Decision decision = authorizer.authorize(attributes);
            return new Authorization.Answer(decision instanceof Authorizer.Decision.Allow, decision.reason(), "");
        }
    }
}
