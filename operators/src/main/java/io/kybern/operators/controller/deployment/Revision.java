package io.kybern.operators.controller.deployment;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** What annotations of ReplicaSets remember: revisions, and the sizes that a scaling is proportional to. Pure. */
final class Revision {
    static final String REVISION = "deployment.kubernetes.io/revision";
    static final String HISTORY = "deployment.kubernetes.io/revision-history";
    static final String DESIRED = "deployment.kubernetes.io/desired-replicas";
    static final String MAX = "deployment.kubernetes.io/max-replicas";
    private static final Set<String> OWN = Set.of(
            REVISION,
            HISTORY,
            DESIRED,
            MAX,
            "kubectl.kubernetes.io/last-applied-configuration",
            "deprecated.deployment.rollback.to");
    private static final int MAX_HISTORY_CHARACTERS = 2000;

    private Revision() {}

    static Map<String, String> annotations(HasMetadata object) {
        Map<String, String> annotations = object.getMetadata().getAnnotations();
        return annotations == null ? Map.of() : annotations;
    }

    /** Zero where none is set; empty where it is no number. */
    static Optional<Long> of(HasMetadata object) {
        try {
            return Optional.of(Long.parseLong(annotations(object).getOrDefault(REVISION, "0")));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** One more than the greatest of {@code old}. */
    static long next(List<ReplicaSet> old) {
        return 1
                + old.stream()
                        .mapToLong(replicaSet -> of(replicaSet).orElse(0L))
                        .max()
                        .orElse(0L);
    }

    /**
     * The annotations of the current ReplicaSet, given those that it has: the Deployment's, and {@code revision} unless
     * it has a greater one. A ReplicaSet that becomes current again (a roll-back) remembers its former revisions.
     */
    static Map<String, String> forCurrent(Map<String, String> existing, Deployment deployment, long revision) {
        Map<String, String> result = new HashMap<>(existing);
        annotations(deployment).forEach((key, value) -> {
            if (!OWN.contains(key)) {
                result.put(key, value);
            }
        });
        String before = existing.get(REVISION);
        long number;
        try {
            number = before == null || before.isEmpty() ? 0 : Long.parseLong(before);
        } catch (NumberFormatException e) {
            return result;
        }
        if (number < revision) {
            result.put(REVISION, Long.toString(revision));
            if (before != null) {
                history(existing.getOrDefault(HISTORY, ""), before).ifPresent(history -> result.put(HISTORY, history));
            }
        }
        return result;
    }

    private static Optional<String> history(String history, String revision) {
        if (history.isEmpty()) {
            return Optional.of(revision);
        }
        List<String> revisions = new ArrayList<>(Arrays.asList(history.split(",")));
        revisions.add(revision);
        while (revisions.size() > 1 && String.join(",", revisions).length() > MAX_HISTORY_CHARACTERS) {
            revisions.removeFirst();
        }
        String joined = String.join(",", revisions);
        return joined.length() > MAX_HISTORY_CHARACTERS ? Optional.empty() : Optional.of(joined);
    }

    /** With the sizes of the Deployment as of now. */
    static Map<String, String> withSizes(Map<String, String> existing, int desired, int max) {
        Map<String, String> result = new HashMap<>(existing);
        result.put(DESIRED, Integer.toString(desired));
        result.put(MAX, Integer.toString(max));
        return result;
    }

    static OptionalInt size(ReplicaSet replicaSet, String annotation) {
        String value = annotations(replicaSet).get(annotation);
        if (value == null || !value.matches("[0-9]{1,10}")) {
            return OptionalInt.empty();
        }
        long number = Long.parseLong(value);
        return number > Integer.MAX_VALUE ? OptionalInt.empty() : OptionalInt.of((int) number);
    }
}
