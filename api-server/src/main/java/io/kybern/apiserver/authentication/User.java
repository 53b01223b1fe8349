package io.kybern.apiserver.authentication;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Who makes a request. {@code extra} keys are in lower case. */
public record User(String name, String uid, List<String> groups, Map<String, List<String>> extra) {
    public static final String AUTHENTICATED = "system:authenticated";
    public static final String UNAUTHENTICATED = "system:unauthenticated";
    public static final String MASTERS = "system:masters";
    public static final User ANONYMOUS = new User("system:anonymous", "", List.of(UNAUTHENTICATED), Map.of());

    public User {
        groups = List.copyOf(groups);
        extra = Map.copyOf(extra);
    }

    public boolean in(String group) {
        return groups.contains(group);
    }

    /** The same user, who now is known to be authenticated (or, by name or group, not to be). */
    public User authenticated() {
        if (in(AUTHENTICATED) || in(UNAUTHENTICATED)) {
            return this;
        }
        List<String> all = new ArrayList<>(groups);
        all.add(AUTHENTICATED);
        return new User(name, uid, all, extra);
    }
}
