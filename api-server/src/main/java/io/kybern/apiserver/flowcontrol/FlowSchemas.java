package io.kybern.apiserver.flowcontrol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.authentication.User;
import io.kybern.apiserver.http.RequestInfo;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which flow schema a request belongs to: the first, by matching precedence, that has a rule for it. Immutable. */
final class FlowSchemas {
    private static final String SERVICE_ACCOUNT = "system:serviceaccount:";

    private final List<Schema> schemas;

    private record Schema(String name, String uid, long precedence, String levelUid, JsonNode rules) {}

    /** The flow schema of a request and the priority level that it names, by uid. */
    record Match(String schemaUid, String levelUid) {}

    private FlowSchemas(List<Schema> schemas) {
        this.schemas = schemas;
    }

    static FlowSchemas of(List<ObjectNode> schemas, List<ObjectNode> levels) {
        Map<String, String> uids = new HashMap<>();
        levels.forEach(l -> uids.put(
                l.path("metadata").path("name").asText(),
                l.path("metadata").path("uid").asText()));
        return new FlowSchemas(schemas.stream()
                .map(s -> new Schema(
                        s.path("metadata").path("name").asText(),
                        s.path("metadata").path("uid").asText(),
                        s.path("spec").path("matchingPrecedence").asLong(),
                        uids.getOrDefault(
                                s.path("spec")
                                        .path("priorityLevelConfiguration")
                                        .path("name")
                                        .asText(),
                                ""),
                        s.path("spec").path("rules")))
                .sorted(Comparator.comparingLong(Schema::precedence).thenComparing(Schema::name))
                .toList());
    }

    Optional<Match> match(User user, RequestInfo info) {
        for (Schema schema : schemas) {
            for (JsonNode rule : schema.rules()) {
                if (matchesSubject(rule, user) && matchesRequest(rule, info)) {
                    return Optional.of(new Match(schema.uid(), schema.levelUid()));
                }
            }
        }
        return Optional.empty();
    }

    private static boolean matchesSubject(JsonNode rule, User user) {
        for (JsonNode subject : rule.path("subjects")) {
            boolean matches = switch (subject.path("kind").asText()) {
                case "User" -> oneOf(subject.path("user").path("name").asText(), user.name());
                case "Group" -> {
                    String group = subject.path("group").path("name").asText();
                    yield group.equals("*") || user.in(group);
                }
                default -> isServiceAccount(subject.path("serviceAccount"), user.name());
            };
            if (matches) {
                return true;
            }
        }
        return false;
    }

    private static boolean isServiceAccount(JsonNode account, String user) {
        String prefix = SERVICE_ACCOUNT + account.path("namespace").asText() + ":";
        return user.startsWith(prefix) && oneOf(account.path("name").asText(), user.substring(prefix.length()));
    }

    private static boolean oneOf(String wanted, String actual) {
        return wanted.equals("*") || wanted.equals(actual);
    }

    private static boolean matchesRequest(JsonNode rule, RequestInfo info) {
        if (!info.resourceRequest()) {
            for (JsonNode r : rule.path("nonResourceRules")) {
                if (contains(r.path("verbs"), info.verb()) && matchesPath(r.path("nonResourceURLs"), info.path())) {
                    return true;
                }
            }
            return false;
        }
        String resource = info.subresource().isEmpty() ? info.resource() : info.resource() + "/" + info.subresource();
        for (JsonNode r : rule.path("resourceRules")) {
            boolean where = info.namespace().isEmpty()
                    ? r.path("clusterScope").asBoolean(false)
                    : contains(r.path("namespaces"), info.namespace());
            if (where
                    && contains(r.path("verbs"), info.verb())
                    && contains(r.path("apiGroups"), info.group())
                    && contains(r.path("resources"), resource)) {
                return true;
            }
        }
        return false;
    }

    private static boolean contains(JsonNode list, String value) {
        for (JsonNode item : list) {
            if (oneOf(item.asText(), value)) {
                return true;
            }
        }
        return false;
    }

    private static boolean matchesPath(JsonNode list, String path) {
        for (JsonNode item : list) {
            String url = item.asText();
            if (oneOf(url, path) || url.endsWith("/*") && path.startsWith(url.substring(0, url.length() - 1))) {
                return true;
            }
        }
        return false;
    }
}
