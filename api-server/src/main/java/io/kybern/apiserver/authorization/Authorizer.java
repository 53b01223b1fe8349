package io.kybern.apiserver.authorization;

import java.util.List;

/**
 * Decides whether somebody may do something. Answers from memory, never blocks, is called on event loops. Authorizers
 * are asked in order: the first that does not answer {@link Decision.NoOpinion} decides, and no opinion at all is a no.
 */
@FunctionalInterface
public interface Authorizer {
    Decision authorize(AuthorizationAttributes attributes);

    /** The answer. Reasons appear in Forbidden messages and access reviews. */
    sealed interface Decision {
        String reason();

        record Allow(String reason) implements Decision {}

        record Deny(String reason) implements Decision {}

        record NoOpinion(String reason) implements Decision {}
    }

    /** Asks each in turn. */
    static Authorizer inOrder(List<Authorizer> authorizers) {
        return attributes -> {
            StringBuilder reasons = new StringBuilder();
            for (Authorizer authorizer : authorizers) {
                Decision decision = authorizer.authorize(attributes);
                if (!(decision instanceof Decision.NoOpinion)) {
                    return decision;
                }
                if (!decision.reason().isEmpty()) {
                    reasons.append(reasons.isEmpty() ? "" : ", ").append(decision.reason());
                }
            }
            return new Decision.NoOpinion(reasons.toString());
        };
    }
}
