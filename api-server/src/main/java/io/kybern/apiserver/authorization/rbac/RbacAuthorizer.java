package io.kybern.apiserver.authorization.rbac;

import io.kybern.apiserver.authentication.User;
import io.kybern.apiserver.authorization.AuthorizationAttributes;
import io.kybern.apiserver.authorization.Authorizer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Allows what some binding's role allows; has no opinion otherwise. Answers from an immutable snapshot, without a lock. */
public final class RbacAuthorizer implements Authorizer {
    private final Supplier<RbacSnapshot> source;

    /** @param source answers the roles and bindings of the moment, from memory */
    public RbacAuthorizer(Supplier<RbacSnapshot> source) {
        this.source = source;
    }

    public RbacSnapshot snapshot() {
        return source.get();
    }

    @Override
    public Decision authorize(AuthorizationAttributes attributes) {
        List<String> reason = new ArrayList<>(1);
        List<String> problems = new ArrayList<>();
        source.get()
                .visit(
                        attributes.user(),
                        attributes.namespace(),
                        (why, rule) -> {
                            if (rule.allows(attributes)) {
                                reason.add(why);
                            }
                            return reason.isEmpty();
                        },
                        problems);
        if (!reason.isEmpty()) {
            return new Decision.Allow(reason.getFirst());
        }
        return new Decision.NoOpinion(problems.isEmpty() ? "" : "RBAC: " + joined(problems));
    }

    /** As Go prints an aggregate of errors: each once, in brackets when there are several. */
    private static String joined(List<String> problems) {
        List<String> distinct = problems.stream().distinct().toList();
        return distinct.size() == 1 ? distinct.getFirst() : "[" + String.join(", ", distinct) + "]";
    }

    /** All rules of a user in a namespace, for SelfSubjectRulesReview, with the roles that bindings name in vain. */
    public Rules rulesFor(User user, String namespace) {
        List<PolicyRule> rules = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        source.get()
                .visit(
                        user,
                        namespace,
                        (why, rule) -> {
                            rules.add(rule);
                            return true;
                        },
                        problems);
        return new Rules(rules, problems.isEmpty() ? "" : joined(problems));
    }

    /** The rules of somebody; {@code incomplete} says what could not be resolved, empty when all could. */
    public record Rules(List<PolicyRule> rules, String incomplete) {
        public Rules {
            rules = List.copyOf(rules);
        }
    }
}
