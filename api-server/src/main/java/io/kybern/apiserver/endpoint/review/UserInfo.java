package io.kybern.apiserver.endpoint.review;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.authentication.User;
import io.kybern.crd.resource.Trees;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Users as reviews show and name them. */
final class UserInfo {
    private UserInfo() {}

    static ObjectNode of(User user) {
        ObjectNode out = JsonNodeFactory.instance.objectNode().put("username", user.name());
        if (!user.uid().isEmpty()) {
            out.put("uid", user.uid());
        }
        user.groups().forEach(out.putArray("groups")::add);
        if (!user.extra().isEmpty()) {
            ObjectNode extra = out.putObject("extra");
            new TreeMap<>(user.extra())
                    .forEach((key, values) -> values.forEach(extra.withArray("/" + pointer(key))::add));
        }
        return out;
    }

    private static String pointer(String key) {
        return key.replace("~", "~0").replace("/", "~1");
    }

    /** The user that a SubjectAccessReview is about. */
    static User ofReview(JsonNode spec) {
        Map<String, List<String>> extra = new LinkedHashMap<>();
        spec.path("extra")
                .properties()
                .forEach(e -> extra.put(e.getKey().toLowerCase(Locale.ROOT), Trees.texts(e.getValue())));
        return new User(Trees.text(spec, "user"), Trees.text(spec, "uid"), Trees.texts(spec.path("groups")), extra);
    }
}
