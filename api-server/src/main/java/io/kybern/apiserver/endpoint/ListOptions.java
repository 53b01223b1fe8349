package io.kybern.apiserver.endpoint;

import io.kybern.apiserver.error.ApiException;
import io.kybern.apiserver.error.Reason;
import io.kybern.apiserver.http.QueryParameters;
import io.kybern.apiserver.selector.FieldSelector;
import io.kybern.apiserver.selector.LabelSelector;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import java.util.List;
import java.util.Optional;

/**
 * The query of a list, watch or deletecollection, validated with the original's rules and texts
 * ({@code apimachinery/pkg/apis/meta/internalversion/validation}).
 *
 * @param timeoutSeconds 0: not given
 */
public record ListOptions(
        LabelSelector labels,
        FieldSelector fields,
        String resourceVersion,
        String match,
        String continueToken,
        long limit,
        long timeoutSeconds,
        boolean bookmarks,
        Optional<Boolean> sendInitialEvents) {
    public static final String EXACT = "Exact";
    public static final String NOT_OLDER_THAN = "NotOlderThan";

    /** Parses and validates; field selector names are the caller's business. */
    public static ListOptions parse(QueryParameters query, boolean watch) {
        ListOptions options = new ListOptions(
                LabelSelector.parse(query.get("labelSelector")),
                FieldSelector.parse(query.get("fieldSelector")),
                query.get("resourceVersion"),
                query.get("resourceVersionMatch"),
                query.get("continue"),
                number(query, "limit"),
                number(query, "timeoutSeconds"),
                query.flag("allowWatchBookmarks"),
                query.find("sendInitialEvents").map(v -> query.flag("sendInitialEvents")));
        options.validate(watch);
        return options;
    }

    private static long number(QueryParameters query, String name) {
        String text = query.get(name);
        if (text.isEmpty()) {
            return 0;
        }
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw ApiException.badRequest("strconv.ParseInt: parsing " + FieldErrors.quote(text) + ": invalid syntax");
        }
    }

    private void validate(boolean watch) {
        FieldErrors errors = new FieldErrors();
        if (watch) {
            validateWatch(errors);
        } else {
            validateList(errors);
        }
        if (!errors.isEmpty()) {
            throw ApiException.invalid("meta.k8s.io", "ListOptions", "", errors.list());
        }
    }

    private void validateList(FieldErrors errors) {
        validateMatch(errors);
        if (sendInitialEvents.isPresent()) {
            errors.forbidden(FieldPath.of("sendInitialEvents"), "sendInitialEvents is forbidden for list");
        }
    }

    private void validateMatch(FieldErrors errors) {
        FieldPath path = FieldPath.of("resourceVersionMatch");
        if (match.isEmpty()) {
            return;
        }
        if (resourceVersion.isEmpty()) {
            errors.forbidden(path, "resourceVersionMatch is forbidden unless resourceVersion is provided");
        }
        if (!continueToken.isEmpty()) {
            errors.forbidden(path, "resourceVersionMatch is forbidden when continue is provided");
        }
        if (!match.equals(EXACT) && !match.equals(NOT_OLDER_THAN)) {
            errors.notSupported(path, match, List.of(EXACT, NOT_OLDER_THAN, ""));
        }
        if (match.equals(EXACT) && resourceVersion.equals("0")) {
            errors.forbidden(path, "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\"");
        }
    }

    private void validateWatch(FieldErrors errors) {
        FieldPath path = FieldPath.of("resourceVersionMatch");
        if (sendInitialEvents.isEmpty() && !match.isEmpty()) {
            errors.forbidden(path, "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided");
        }
        if (sendInitialEvents.isPresent()) {
            if (!match.equals(NOT_OLDER_THAN)) {
                errors.forbidden(path, "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan");
            }
            if (!match.isEmpty() && !match.equals(NOT_OLDER_THAN)) {
                errors.notSupported(path, match, List.of(NOT_OLDER_THAN));
            }
        }
        if (!continueToken.isEmpty()) {
            errors.forbidden(path, "resourceVersionMatch is forbidden when continue is provided");
        }
    }

    /** The resource version as a number; 0 for none. A watch answers a malformed one with 500, a list with 400. */
    public long revision(boolean watch) {
        if (resourceVersion.isEmpty() || resourceVersion.equals("0")) {
            return 0;
        }
        try {
            if (resourceVersion.startsWith("-") || resourceVersion.startsWith("+")) {
                throw new NumberFormatException();
            }
            return Long.parseLong(resourceVersion);
        } catch (NumberFormatException e) {
            String why = "resourceVersion: Invalid value: " + FieldErrors.quote(resourceVersion)
                    + ": strconv.ParseUint: parsing " + FieldErrors.quote(resourceVersion) + ": invalid syntax";
            throw watch
                    ? ApiException.of(Reason.UNKNOWN, why)
                    : ApiException.badRequest("invalid resource version: " + why);
        }
    }
}
