package io.kybern.apiserver.authentication;

import io.kybern.apiserver.authorization.AuthorizationAttributes;
import io.kybern.apiserver.authorization.Authorizer;
import io.kybern.apiserver.authorization.Forbidden;
import io.kybern.apiserver.chain.Exchange;
import io.kybern.apiserver.chain.Filter;
import io.kybern.apiserver.error.ApiException;
import io.kybern.apiserver.error.Reason;
import io.kybern.apiserver.http.ApiRequest;
import io.kybern.apiserver.http.ApiResponse;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** {@code Impersonate-*} headers: who may, acts as somebody else from here on. Source: apiserver impersonation filter. */
public final class ImpersonationFilter implements Filter {
    private static final String PREFIX = "impersonate-";
    private static final String EXTRA = "impersonate-extra-";
    private static final String SERVICE_ACCOUNT = "system:serviceaccount:";

    private final Authorizer authorizer;

    public ImpersonationFilter(Authorizer authorizer) {
        this.authorizer = authorizer;
    }

    @Override
    public ApiResponse filter(Exchange exchange, Next next) {
        ApiRequest request = exchange.request();
        if (!impersonates(request)) {
            return next.proceed(exchange);
        }
        String user = request.header("Impersonate-User");
        List<String> groups = request.headers().all("Impersonate-Group");
        String uid = request.header("Impersonate-Uid");
        Map<String, List<String>> extra = extra(request);
        if (user.isEmpty()) {
            if (!groups.isEmpty() || !uid.isEmpty() || !extra.isEmpty()) {
                throw withoutUser(groups, uid, extra);
            }
            return next.proceed(exchange);
        }
        List<String> allGroups = new ArrayList<>(groups);
        checkUser(exchange.user(), user, allGroups, groups.isEmpty());
        groups.forEach(g -> check(exchange.user(), "", "groups", "", "", g));
        if (!uid.isEmpty()) {
            check(exchange.user(), "authentication.k8s.io", "uids", "", "", uid);
        }
        extra.forEach((key, values) ->
                values.forEach(v -> check(exchange.user(), "authentication.k8s.io", "userextras", key, "", v)));
        boolean anonymous = user.equals(User.ANONYMOUS.name());
        String membership = anonymous ? User.UNAUTHENTICATED : User.AUTHENTICATED;
        if (!allGroups.contains(User.AUTHENTICATED) && !allGroups.contains(User.UNAUTHENTICATED)) {
            allGroups.add(membership);
        }
        exchange.user(new User(user, uid, allGroups, extra));
        return next.proceed(exchange);
    }

    private static boolean impersonates(ApiRequest request) {
        for (Map.Entry<String, String> line : request.headers().lines()) {
            if (line.getKey().regionMatches(true, 0, PREFIX, 0, PREFIX.length())) {
                return true;
            }
        }
        return false;
    }

    private static ApiException withoutUser(List<String> groups, String uid, Map<String, List<String>> extra) {
        String what = !groups.isEmpty()
                ? "groups [" + String.join(" ", groups) + "]"
                : !uid.isEmpty() ? "uid " + uid : "extra " + extra;
        return ApiException.of(
                Reason.INTERNAL_ERROR,
                "Internal error occurred: requested [" + what + "] without impersonating a user");
    }

    private void checkUser(User who, String user, List<String> groups, boolean addGroups) {
        if (user.startsWith(SERVICE_ACCOUNT)) {
            String[] parts = user.substring(SERVICE_ACCOUNT.length()).split(":");
            if (parts.length == 2) {
                check(who, "", "serviceaccounts", "", parts[0], parts[1]);
                if (addGroups) {
                    groups.add("system:serviceaccounts");
                    groups.add("system:serviceaccounts:" + parts[0]);
                }
                return;
            }
        }
        check(who, "", "users", "", "", user);
    }

    private void check(User who, String group, String resource, String subresource, String namespace, String name) {
        AuthorizationAttributes attributes = AuthorizationAttributes.ofResource(
                who, "impersonate", group, group.isEmpty() ? "v1" : "v1", resource, subresource, namespace, name);
        Authorizer.Decision decision = authorizer.authorize(attributes);
        if (!(decision instanceof Authorizer.Decision.Allow)) {
            throw Forbidden.of(attributes, decision.reason());
        }
    }

    private static Map<String, List<String>> extra(ApiRequest request) {
        Map<String, List<String>> out = new LinkedHashMap<>();
        for (Map.Entry<String, String> line : request.headers().lines()) {
            String name = line.getKey().toLowerCase(Locale.ROOT);
            if (name.startsWith(EXTRA)) {
                String key =
                        URLDecoder.decode(name.substring(EXTRA.length()).replace("+", "%2B"), StandardCharsets.UTF_8);
                out.computeIfAbsent(key.toLowerCase(Locale.ROOT), k -> new ArrayList<>())
                        .add(line.getValue());
            }
        }
        return out;
    }
}
