package io.kybern.apiserver.authorization.rbac;

import com.fasterxml.jackson.databind.JsonNode;
import io.kybern.apiserver.authorization.AuthorizationAttributes;
import io.kybern.crd.resource.Trees;
import java.util.ArrayList;
import java.util.List;

/** One rule of a role. */
public record PolicyRule(
        List<String> verbs,
        List<String> apiGroups,
        List<String> resources,
        List<String> resourceNames,
        List<String> nonResourceUrls) {
    private static final String ALL = "*";

    public PolicyRule {
        verbs = List.copyOf(verbs);
        apiGroups = List.copyOf(apiGroups);
        resources = List.copyOf(resources);
        resourceNames = List.copyOf(resourceNames);
        nonResourceUrls = List.copyOf(nonResourceUrls);
    }

    public static PolicyRule of(JsonNode rule) {
        return new PolicyRule(
                Trees.texts(rule.path("verbs")),
                Trees.texts(rule.path("apiGroups")),
                Trees.texts(rule.path("resources")),
                Trees.texts(rule.path("resourceNames")),
                Trees.texts(rule.path("nonResourceURLs")));
    }

    public static List<PolicyRule> listOf(JsonNode rules) {
        List<PolicyRule> out = new ArrayList<>(rules.size());
        rules.forEach(rule -> out.add(of(rule)));
        return out;
    }

    public boolean allows(AuthorizationAttributes wanted) {
        if (!has(verbs, wanted.verb())) {
            return false;
        }
        return wanted.resourceRequest()
                ? has(apiGroups, wanted.group())
                        && hasResource(wanted.resource(), wanted.subresource())
                        && (resourceNames.isEmpty() || resourceNames.contains(wanted.name()))
                : hasPath(wanted.path());
    }

    private static boolean has(List<String> values, String value) {
        return values.contains(ALL) || values.contains(value);
    }

    private boolean hasResource(String resource, String subresource) {
        for (String rule : resources) {
            if (rule.equals(ALL)) {
                return true;
            }
            boolean fits = subresource.isEmpty()
                    ? rule.equals(resource)
                    : rule.equals("*/" + subresource) || rule.equals(resource + "/" + subresource);
            if (fits) {
                return true;
            }
        }
        return false;
    }

    private boolean hasPath(String path) {
        for (String rule : nonResourceUrls) {
            boolean fits =
                    rule.endsWith(ALL) ? path.startsWith(rule.substring(0, rule.length() - 1)) : rule.equals(path);
            if (fits) {
                return true;
            }
        }
        return false;
    }

    /** Whether whoever has this rule has all of a rule of one verb, group, resource and name. */
    boolean covers(PolicyRule single) {
        boolean verb = verbs.contains(ALL) || verbs.containsAll(single.verbs);
        boolean names = resourceNames.isEmpty()
                || !single.resourceNames.isEmpty() && resourceNames.containsAll(single.resourceNames);
        boolean groups = apiGroups.contains(ALL) || apiGroups.containsAll(single.apiGroups);
        return verb
                && groups
                && names
                && single.resources.stream().allMatch(this::coversResource)
                && single.nonResourceUrls.stream().allMatch(this::coversUrl);
    }

    private boolean coversResource(String resource) {
        int slash = resource.indexOf('/');
        return resources.contains(ALL)
                || resources.contains(resource)
                || slash >= 0 && resources.contains("*" + resource.substring(slash));
    }

    private boolean coversUrl(String url) {
        return nonResourceUrls.stream()
                .anyMatch(mine -> mine.equals(url)
                        || mine.equals(ALL)
                        || mine.endsWith(ALL) && url.startsWith(mine.substring(0, mine.length() - 1)));
    }

    /** The rule taken apart into rules of one verb, group, resource and name each. */
    List<PolicyRule> split() {
        List<PolicyRule> out = new ArrayList<>();
        for (String verb : verbs) {
            for (String url : nonResourceUrls) {
                out.add(new PolicyRule(List.of(verb), List.of(), List.of(), List.of(), List.of(url)));
            }
        }
        for (String group : apiGroups) {
            for (String resource : resources) {
                for (String verb : verbs) {
                    if (resourceNames.isEmpty()) {
                        out.add(new PolicyRule(List.of(verb), List.of(group), List.of(resource), List.of(), List.of()));
                    }
                    for (String name : resourceNames) {
                        out.add(new PolicyRule(
                                List.of(verb), List.of(group), List.of(resource), List.of(name), List.of()));
                    }
                }
            }
        }
        return out;
    }
}
