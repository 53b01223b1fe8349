package io.kybern.operators.controller.disruption;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetStatus;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetStatusBuilder;
import io.kybern.operators.controller.PodState;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a budget says of its pods. Pure. Source: {@code pkg/controller/disruption}. */
final class DisruptionPlan {
    /** So long a pod that was evicted may take until it is deleted. */
    static final Duration DELETION_TIMEOUT = Duration.ofMinutes(2);

    private static final String ALLOWED = "DisruptionAllowed";

    private DisruptionPlan() {}

    /** How many pods there should be, and how many of them healthy. */
    record Expected(int pods, int healthy) {}

    /**
     * @param scale how many pods those who control these want; asked only where that matters
     */
    static Expected expected(PodDisruptionBudget budget, List<Pod> pods, Scale scale) throws UnknownScaleException {
        IntOrString most = budget.getSpec().getMaxUnavailable();
        if (most != null) {
            int count = scale.of(pods);
            return new Expected(count, Math.max(0, count - scaled(most, count)));
        }
        IntOrString least = budget.getSpec().getMinAvailable();
        if (least == null) {
            return new Expected(0, 0);
        }
        if (least.getIntVal() != null) {
            return new Expected(pods.size(), least.getIntVal());
        }
        int count = scale.of(pods);
        return new Expected(count, scaled(least, count));
    }

    /** How many pods the owners of some want. */
    @FunctionalInterface
    interface Scale {
        int of(List<Pod> pods) throws UnknownScaleException;
    }

    /** Nobody can tell how many pods there should be. */
    static final class UnknownScaleException extends Exception {
        private static final long serialVersionUID = 1;

        UnknownScaleException(String message) {
            super(message, null, false, false);
        }
    }

    /** A number, or a part of the whole, rounded up. */
    private static int scaled(IntOrString value, int whole) throws UnknownScaleException {
        if (value.getIntVal() != null) {
            return value.getIntVal();
        }
        String text = value.getStrVal();
        if (!text.matches("\\d+%")) {
            throw new UnknownScaleException("invalid value for IntOrString: invalid type: string is not a percentage");
        }
        return Math.ceilDiv(Integer.parseInt(text.substring(0, text.length() - 1)) * whole, 100);
    }

    /** Pods that were evicted and are not deleted yet, and still may take their time; with when they were. */
    static Map<String, String> disrupted(PodDisruptionBudget budget, List<Pod> pods, Instant now) {
        Map<String, String> known =
                budget.getStatus() == null ? null : budget.getStatus().getDisruptedPods();
        Map<String, String> out = new LinkedHashMap<>();
        if (known == null) {
            return out;
        }
        for (Pod pod : pods) {
            String time = known.get(pod.getMetadata().getName());
            if (time != null
                    && !PodState.isDeleting(pod)
                    && !Instant.parse(time).plus(DELETION_TIMEOUT).isBefore(now)) {
                out.put(pod.getMetadata().getName(), time);
            }
        }
        return out;
    }

    /** When the first of them has taken too long. */
    static Optional<Duration> recheck(Map<String, String> disrupted, Instant now) {
        return disrupted.values().stream()
                .map(time -> Duration.between(now, Instant.parse(time).plus(DELETION_TIMEOUT)))
                .min(Duration::compareTo);
    }

    private static int healthy(List<Pod> pods, Map<String, String> disrupted) {
        return (int) pods.stream()
                .filter(pod -> !PodState.isDeleting(pod))
                .filter(pod -> !disrupted.containsKey(pod.getMetadata().getName()))
                .filter(PodState::isReady)
                .count();
    }

    static PodDisruptionBudgetStatus status(
            PodDisruptionBudget budget, List<Pod> pods, Expected expected, Map<String, String> disrupted, Instant now) {
        int healthy = healthy(pods, disrupted);
        int allowed = expected.pods() <= 0 ? 0 : Math.max(0, healthy - expected.healthy());
        return new PodDisruptionBudgetStatusBuilder()
                .withCurrentHealthy(healthy)
                .withDesiredHealthy(expected.healthy())
                .withExpectedPods(expected.pods())
                .withDisruptionsAllowed(allowed)
                .withDisruptedPods(disrupted)
                .withObservedGeneration(budget.getMetadata().getGeneration())
                .withConditions(
                        conditions(budget, allowed > 0, allowed > 0 ? "SufficientPods" : "InsufficientPods", "", now))
                .build();
    }

    /** Nothing may be evicted while nobody can tell. */
    static PodDisruptionBudgetStatus failed(PodDisruptionBudget budget, String why, Instant now) {
        PodDisruptionBudgetStatusBuilder status = budget.getStatus() == null
                ? new PodDisruptionBudgetStatusBuilder()
                : new PodDisruptionBudgetStatusBuilder(budget.getStatus());
        return status.withDisruptionsAllowed(0)
                .withObservedGeneration(budget.getMetadata().getGeneration())
                .withConditions(conditions(budget, false, "SyncFailed", why, now))
                .build();
    }

    private static List<Condition> conditions(
            PodDisruptionBudget budget, boolean allowed, String reason, String message, Instant now) {
        List<Condition> before =
                budget.getStatus() == null ? List.of() : budget.getStatus().getConditions();
        Condition last = before.stream()
                .filter(condition -> condition.getType().equals(ALLOWED))
                .findFirst()
                .orElse(null);
        String status = allowed ? "True" : "False";
        Condition condition = new ConditionBuilder()
                .withType(ALLOWED)
                .withStatus(status)
                .withReason(reason)
                .withMessage(message)
                .withObservedGeneration(budget.getMetadata().getGeneration())
                .withLastTransitionTime(since(last, status, now))
                .build();
        List<Condition> out = new ArrayList<>(before);
        if (last == null) {
            out.add(condition);
        } else {
            out.replaceAll(c -> c.getType().equals(ALLOWED) ? condition : c);
        }
        return out;
    }

    private static String since(@Nullable Condition last, String status, Instant now) {
        return last != null && last.getStatus().equals(status)
                ? last.getLastTransitionTime()
                : now.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    static boolean same(@Nullable PodDisruptionBudgetStatus one, PodDisruptionBudgetStatus other) {
        return one != null
                && Objects.equals(one.getCurrentHealthy(), other.getCurrentHealthy())
                && Objects.equals(one.getDesiredHealthy(), other.getDesiredHealthy())
                && Objects.equals(one.getExpectedPods(), other.getExpectedPods())
                && Objects.equals(one.getDisruptionsAllowed(), other.getDisruptionsAllowed())
                && Objects.equals(one.getObservedGeneration(), other.getObservedGeneration())
                && orNone(one.getDisruptedPods()).equals(orNone(other.getDisruptedPods()))
                && one.getConditions().equals(other.getConditions());
    }

    private static Map<String, String> orNone(@Nullable Map<String, String> pods) {
        return pods == null ? Map.of() : pods;
    }
}
