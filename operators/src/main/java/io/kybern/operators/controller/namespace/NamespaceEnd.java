package io.kybern.operators.controller.namespace;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.NamespaceCondition;
import io.fabric8.kubernetes.api.model.NamespaceConditionBuilder;
import io.kybern.operators.metadata.ResourceType;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What is left of a namespace that is being deleted, and how its status tells that. Pure.
 *
 * @param remaining objects left by type
 * @param finalizers objects left by finalizer
 * @param failures what could not be deleted, and why
 * @param staleGroups group versions of which nobody knows what is in them
 * @param grace how long the slowest of the remaining objects may take
 */
record NamespaceEnd(
        Map<ResourceType, Integer> remaining,
        Map<String, Integer> finalizers,
        List<String> failures,
        List<String> staleGroups,
        Duration grace) {
    static final String FINALIZER = "kubernetes";

    static boolean isActive(Namespace namespace) {
        return namespace.getMetadata().getDeletionTimestamp() == null
                && namespace.getStatus() != null
                && "Active".equals(namespace.getStatus().getPhase());
    }

    boolean isEmpty() {
        return remaining.isEmpty() && failures.isEmpty() && staleGroups.isEmpty();
    }

    /** The namespace with the conditions that say how far its end is. */
    Namespace report(Namespace namespace, Instant now) {
        List<NamespaceCondition> conditions = new ArrayList<>(
                namespace.getStatus() == null
                        ? List.of()
                        : namespace.getStatus().getConditions());
        set(
                conditions,
                now,
                "NamespaceDeletionDiscoveryFailure",
                !staleGroups.isEmpty(),
                "DiscoveryFailed",
                "Discovery failed for some groups, " + staleGroups.size()
                        + " failing: unable to retrieve the complete list of server APIs: "
                        + staleGroups.stream()
                                .map(group -> group + ": stale GroupVersion discovery: " + group)
                                .collect(Collectors.joining(", ")),
                "ResourcesDiscovered",
                "All resources successfully discovered");
        set(
                conditions,
                now,
                "NamespaceDeletionGroupVersionParsingFailure",
                false,
                "GroupVersionParsingFailed",
                "",
                "ParsedGroupVersions",
                "All legacy kube types successfully parsed");
        set(
                conditions,
                now,
                "NamespaceDeletionContentFailure",
                !failures.isEmpty(),
                "ContentDeletionFailed",
                "Failed to delete all resource types, " + failures.size() + " remaining: "
                        + failures.stream().sorted().collect(Collectors.joining(", ")),
                "ContentDeleted",
                "All content successfully deleted, may be waiting on finalization");
        set(
                conditions,
                now,
                "NamespaceContentRemaining",
                !remaining.isEmpty(),
                "SomeResourcesRemain",
                "Some resources are remaining: "
                        + remaining.entrySet().stream()
                                .map(entry -> entry.getKey().resource() + '.'
                                        + entry.getKey().group() + " has " + entry.getValue()
                                        + " resource instances")
                                .sorted()
                                .collect(Collectors.joining(", ")),
                "ContentRemoved",
                "All content successfully removed");
        set(
                conditions,
                now,
                "NamespaceFinalizersRemaining",
                !finalizers.isEmpty(),
                "SomeFinalizersRemain",
                "Some content in the namespace has finalizers remaining: "
                        + new TreeMap<>(finalizers)
                                .entrySet().stream()
                                        .map(entry ->
                                                entry.getKey() + " in " + entry.getValue() + " resource instances")
                                        .collect(Collectors.joining(", ")),
                "ContentHasNoFinalizers",
                "All content-preserving finalizers finished");
        return new NamespaceBuilder(namespace)
                .editOrNewStatus()
                .withPhase("Terminating")
                .withConditions(conditions)
                .endStatus()
                .build();
    }

    private static void set(
            List<NamespaceCondition> conditions,
            Instant now,
            String type,
            boolean bad,
            String badReason,
            String badMessage,
            String goodReason,
            String goodMessage) {
        var condition = new NamespaceConditionBuilder()
                .withType(type)
                .withStatus(bad ? "True" : "False")
                .withReason(bad ? badReason : goodReason)
                .withMessage(bad ? badMessage : goodMessage)
                .withLastTransitionTime(now.truncatedTo(ChronoUnit.SECONDS).toString())
                .build();
        for (int i = 0; i < conditions.size(); i++) {
            NamespaceCondition before = conditions.get(i);
            if (before.getType().equals(type)) {
                if (before.getStatus().equals(condition.getStatus())) {
                    condition.setLastTransitionTime(before.getLastTransitionTime());
                }
                conditions.set(i, condition);
                return;
            }
        }
        conditions.add(condition);
    }

    /**
     * When to look again: often at first, as most content goes at once, then less, and not more often than the original
     * once it has lasted.
     */
    Duration nextLook(Instant deletedAt, Instant now) {
        Duration elapsed = Duration.between(deletedAt, now);
        Duration longest = grace.dividedBy(2).plusSeconds(1);
        Duration wanted = elapsed.dividedBy(2);
        if (wanted.compareTo(Duration.ofMillis(500)) < 0) {
            return Duration.ofMillis(500);
        }
        return wanted.compareTo(longest) > 0 ? longest : wanted;
    }
}
