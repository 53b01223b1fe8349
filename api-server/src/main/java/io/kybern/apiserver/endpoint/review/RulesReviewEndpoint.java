package io.kybern.apiserver.endpoint.review;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.authentication.User;
import io.kybern.apiserver.authorization.node.NodeAuthorizer;
import io.kybern.apiserver.authorization.rbac.PolicyRule;
import io.kybern.apiserver.authorization.rbac.RbacAuthorizer;
import io.kybern.apiserver.endpoint.AnsweredKind;
import io.kybern.apiserver.endpoint.SpecialCall;
import io.kybern.apiserver.endpoint.SpecialEndpoint;
import io.kybern.apiserver.endpoint.WriteOptions;
import io.kybern.apiserver.error.ApiException;
import io.kybern.apiserver.http.ApiResponse;
import io.kybern.apiserver.negotiation.Representation;
import io.kybern.crd.resource.Trees;
import java.util.List;

/** {@code SelfSubjectRulesReview}: all that the caller may do in a namespace ({@code kubectl auth can-i --list}). */
public final class RulesReviewEndpoint implements SpecialEndpoint {
    private static final List<String> ALL = List.of("*");

    private final RbacAuthorizer rbac;

    public RulesReviewEndpoint(RbacAuthorizer rbac) {
        this.rbac = rbac;
    }

    @Override
    public ApiResponse serve(SpecialCall call) {
        AnsweredKind kind = new AnsweredKind(call.definition().kind(call.version()));
        Representation form = kind.negotiate(call.request());
        WriteOptions options = WriteOptions.parse(call.request(), WriteOptions.Kind.CREATE, false);
        String namespace = Trees.text(kind.read(call, options), "spec", "namespace");
        if (namespace.isEmpty()) {
            throw ApiException.badRequest("no namespace on request");
        }
        ObjectNode out = JsonNodeFactory.instance.objectNode();
        out.putObject("metadata");
        out.putObject("spec");
        status(call.exchange().user(), namespace, out.putObject("status"));
        return kind.answer(201, out, form);
    }

    private void status(User user, String namespace, ObjectNode status) {
        ArrayNode resources = status.putArray("resourceRules");
        ArrayNode paths = status.putArray("nonResourceRules");
        boolean node = NodeAuthorizer.nodeOf(user).isPresent();
        RbacAuthorizer.Rules owned = rbac.rulesFor(user, namespace);
        owned.rules().forEach(rule -> add(rule, resources, paths));
        status.put("incomplete", node || !owned.incomplete().isEmpty());
        if (node) {
            status.put("evaluationError", "node authorizer does not support user rule resolution");
        } else if (!owned.incomplete().isEmpty()) {
            status.put("evaluationError", owned.incomplete());
        }
        if (user.in(User.MASTERS) && owned.rules().stream().noneMatch(RulesReviewEndpoint::grantsAll)) {
            add(new PolicyRule(ALL, ALL, ALL, List.of(), List.of()), resources, paths);
            add(new PolicyRule(ALL, List.of(), List.of(), List.of(), ALL), resources, paths);
        }
    }

    private static boolean grantsAll(PolicyRule rule) {
        return rule.verbs().equals(ALL)
                && rule.apiGroups().equals(ALL)
                && rule.resources().equals(ALL);
    }

    private static void add(PolicyRule rule, ArrayNode resources, ArrayNode paths) {
        if (!rule.resources().isEmpty()) {
            ObjectNode out = resources.addObject();
            rule.verbs().forEach(out.putArray("verbs")::add);
            rule.apiGroups().forEach(out.putArray("apiGroups")::add);
            rule.resources().forEach(out.putArray("resources")::add);
            if (!rule.resourceNames().isEmpty()) {
                rule.resourceNames().forEach(out.putArray("resourceNames")::add);
            }
        }
        if (!rule.nonResourceUrls().isEmpty()) {
            ObjectNode out = paths.addObject();
            rule.verbs().forEach(out.putArray("verbs")::add);
            rule.nonResourceUrls().forEach(out.putArray("nonResourceURLs")::add);
        }
    }
}
