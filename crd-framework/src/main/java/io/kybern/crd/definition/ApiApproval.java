package io.kybern.crd.definition;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Map;

/**
 * Whether a kind of a group that belongs to the community was approved by it, as its definition says in an annotation.
 *
 * <p>Source: {@code GetAPIApprovalState} of apiextensions-apiserver.
 *
 * @param message what a client is told
 */
record ApiApproval(State state, String message) {
    static final String ANNOTATION = "api-approved.kubernetes.io";
    private static final String RULE = "protected groups must have approval annotation \"" + ANNOTATION + "\"";
    private static final String LINK = ", see https://github.com/kubernetes/enhancements/pull/1111";
    private static final Map<State, String> REASONS = Map.of(
            State.MISSING, "MissingAnnotation",
            State.INVALID, "InvalidAnnotation",
            State.APPROVED, "ApprovedAnnotation",
            State.BYPASSED, "UnapprovedAnnotation");

    enum State {
        MISSING,
        INVALID,
        APPROVED,
        BYPASSED
    }

    /** Whether kinds of a group need it. */
    static boolean isNeeded(String group) {
        return ("." + group).endsWith(".k8s.io") || ("." + group).endsWith(".kubernetes.io");
    }

    static ApiApproval of(String annotation) {
        if (annotation.isEmpty()) {
            return new ApiApproval(State.MISSING, RULE + LINK);
        }
        if (annotation.startsWith("unapproved")) {
            return new ApiApproval(State.BYPASSED, "not approved: \"" + annotation + "\"");
        }
        return isUrl(annotation)
                ? new ApiApproval(State.APPROVED, "approved in " + annotation)
                : new ApiApproval(
                        State.INVALID, RULE + " with either a URL or a reason starting with \"unapproved\"" + LINK);
    }

    private static boolean isUrl(String text) {
        try {
            URI uri = new URI(text);
            return uri.getScheme() != null && uri.getHost() != null;
        } catch (URISyntaxException e) {
            return false;
        }
    }

    /** The reason in the condition of the definition. */
    String reason() {
        return REASONS.getOrDefault(state, "");
    }
}
