package io.kybern.apiserver.authorization.node;

import io.kybern.apiserver.authentication.User;
import io.kybern.apiserver.authorization.AuthorizationAttributes;
import io.kybern.apiserver.authorization.Authorizer;
import io.kybern.apiserver.authorization.rbac.PolicyRule;
import io.kybern.apiserver.endpoint.CachedObjects;
import io.kybern.crd.resource.GroupResource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Lets a kubelet ({@code system:node:NAME} of {@code system:nodes}) do what its node needs: its own Node, Lease, CSINode and
 * slices, the pods bound to it, and the objects that those use; everything else by the fixed rules of nodes.
 */
public final class NodeAuthorizer implements Authorizer {
    private static final String USER_PREFIX = "system:node:";
    private static final Decision ALLOW = new Decision.Allow("");
    private static final Decision NO_OPINION = new Decision.NoOpinion("");
    private static final Set<String> ONE_OBJECT = Set.of("get", "create", "update", "patch", "delete");
    private static final Set<String> READ = Set.of("get", "list", "watch");

    private final NodeRelations relations;
    private final Supplier<List<PolicyRule>> rules;

    /** @param rules of the ClusterRole {@code system:node}, which need not be bound to anybody */
    public NodeAuthorizer(CachedObjects objects, Supplier<List<PolicyRule>> rules) {
        this.relations = new NodeRelations(objects);
        this.rules = rules;
    }

    /** The node that a user is; empty for other users. */
    public static Optional<String> nodeOf(User user) {
        return user.name().startsWith(USER_PREFIX) && user.in("system:nodes")
                ? Optional.of(user.name().substring(USER_PREFIX.length()))
                : Optional.empty();
    }

    @Override
    public Decision authorize(AuthorizationAttributes a) {
        Optional<String> node = nodeOf(a.user());
        if (node.isEmpty()) {
            return NO_OPINION;
        }
        return a.resourceRequest() ? resource(node.get(), a) : byRules(a);
    }

    private Decision resource(String node, AuthorizationAttributes a) {
        return switch (new GroupResource(a.group(), a.resource()).toString()) {
            case "secrets" -> related(node, a, readsOne(a) && relations.secret(node, a.namespace(), a.name()));
            case "configmaps" -> related(node, a, readsOne(a) && relations.configMap(node, a.namespace(), a.name()));
            case "persistentvolumeclaims" ->
                related(node, a, (gets(a) || updatesStatus(a)) && relations.claim(node, a.namespace(), a.name()));
            case "persistentvolumes" -> related(node, a, gets(a) && relations.volume(node, a.name()));
            case "resourceclaims.resource.k8s.io" ->
                related(node, a, gets(a) && relations.resourceClaim(node, a.namespace(), a.name()));
            case "volumeattachments.storage.k8s.io" ->
                related(
                        node,
                        a,
                        gets(a)
                                && relations.ofNode(
                                        new GroupResource("storage.k8s.io", "volumeattachments"), node, a.name()));
            case "serviceaccounts" ->
                related(
                        node,
                        a,
                        (gets(a) || a.verb().equals("create") && a.subresource().equals("token"))
                                && relations.serviceAccount(node, a.namespace(), a.name()));
            case "leases.coordination.k8s.io" ->
                own(node, a, a.namespace().equals("kube-node-lease"), "can only access node lease");
            case "csinodes.storage.k8s.io" -> own(node, a, a.subresource().isEmpty(), "can only access CSINode");
            case "resourceslices.resource.k8s.io" -> slice(node, a);
            case "nodes" -> node(node, a);
            case "pods" -> pod(node, a);
            default -> byRules(a);
        };
    }

    private Decision byRules(AuthorizationAttributes a) {
        return rules.get().stream().anyMatch(rule -> rule.allows(a)) ? ALLOW : NO_OPINION;
    }

    private static boolean gets(AuthorizationAttributes a) {
        return a.verb().equals("get") && a.subresource().isEmpty();
    }

    private static boolean readsOne(AuthorizationAttributes a) {
        return READ.contains(a.verb()) && a.subresource().isEmpty() && !a.name().isEmpty();
    }

    private static boolean updatesStatus(AuthorizationAttributes a) {
        return a.subresource().equals("status")
                && (a.verb().equals("update") || a.verb().equals("patch"));
    }

    private static Decision related(String node, AuthorizationAttributes a, boolean allowed) {
        if (allowed) {
            return ALLOW;
        }
        return new Decision.NoOpinion(
                a.name().isEmpty()
                        ? "No Object name found"
                        : "no relationship found between node '" + node + "' and this object");
    }

    /** One object of the node's name; on create the name is not known yet, and admission checks it. */
    private static Decision own(String node, AuthorizationAttributes a, boolean inPlace, String what) {
        if (!inPlace || !ONE_OBJECT.contains(a.verb())) {
            return NO_OPINION;
        }
        return a.verb().equals("create") || a.name().equals(node)
                ? ALLOW
                : new Decision.NoOpinion(what + " with the same name as the requesting node");
    }

    private Decision slice(String node, AuthorizationAttributes a) {
        GroupResource slices = new GroupResource("resource.k8s.io", "resourceslices");
        return switch (a.subresource().isEmpty() ? a.verb() : "") {
            case "create" -> ALLOW;
            case "get", "update", "patch", "delete" -> related(node, a, relations.ofNode(slices, node, a.name()));
            case "list", "watch", "deletecollection" ->
                node.equals(a.fields().get("spec.nodeName"))
                        ? ALLOW
                        : new Decision.NoOpinion(
                                "can only list/watch/deletecollection resourceslices with nodeName field selector");
            default -> NO_OPINION;
        };
    }

    private static Decision node(String node, AuthorizationAttributes a) {
        return switch (a.subresource()) {
            case "" ->
                switch (a.verb()) {
                    case "create", "update", "patch" -> ALLOW;
                    case "get", "list", "watch" ->
                        a.name().equals(node)
                                ? ALLOW
                                : new Decision.NoOpinion("node '" + node + "' cannot read "
                                        + (a.name().isEmpty() ? "all nodes" : "'" + a.name() + "'")
                                        + ", only its own Node object");
                    default -> NO_OPINION;
                };
            case "status" -> updatesStatus(a) ? ALLOW : NO_OPINION;
            default -> NO_OPINION;
        };
    }

    private Decision pod(String node, AuthorizationAttributes a) {
        return switch (a.subresource()) {
            case "" ->
                switch (a.verb()) {
                    case "get" -> related(node, a, relations.pod(node, a.namespace(), a.name()));
                    case "list", "watch" -> {
                        if (node.equals(a.fields().get("spec.nodeName"))) {
                            yield ALLOW;
                        }
                        yield a.name().isEmpty()
                                ? new Decision.NoOpinion("can only list/watch pods with spec.nodeName field selector")
                                : related(node, a, relations.pod(node, a.namespace(), a.name()));
                    }
                    case "create", "delete" -> ALLOW;
                    default -> NO_OPINION;
                };
            case "status" -> updatesStatus(a) ? ALLOW : NO_OPINION;
            case "eviction" -> a.verb().equals("create") ? ALLOW : NO_OPINION;
            default -> NO_OPINION;
        };
    }
}
