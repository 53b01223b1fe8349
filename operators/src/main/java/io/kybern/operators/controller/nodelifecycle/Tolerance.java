package io.kybern.operators.controller.nodelifecycle;

import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.Toleration;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How long a pod bears the taints of its node. Pure. */
sealed interface Tolerance {
    record Forever() implements Tolerance {}

    /** Zero: not at all. */
    record For(Duration time) implements Tolerance {}

    static Tolerance of(List<Taint> taints, List<Toleration> tolerations) {
        Optional<Duration> least = Optional.empty();
        for (Taint taint : taints) {
            Optional<Toleration> toleration = tolerations.stream()
                    .filter(candidate -> tolerates(candidate, taint))
                    .findFirst();
            if (toleration.isEmpty()) {
                return new For(Duration.ZERO);
            }
            Long seconds = toleration.get().getTolerationSeconds();
            if (seconds != null) {
                Duration time = Duration.ofSeconds(Math.max(0, seconds));
                least = Optional.of(
                        least.filter(other -> other.compareTo(time) < 0).orElse(time));
            }
        }
        return least.<Tolerance>map(For::new).orElseGet(Forever::new);
    }

    private static boolean tolerates(Toleration toleration, Taint taint) {
        String effect = orEmpty(toleration.getEffect());
        String key = orEmpty(toleration.getKey());
        if (!effect.isEmpty() && !effect.equals(taint.getEffect())) {
            return false;
        }
        if (!key.isEmpty() && !key.equals(taint.getKey())) {
            return false;
        }
        return switch (orEmpty(toleration.getOperator())) {
            case "Exists" -> true;
            case "", "Equal" -> !key.isEmpty() && orEmpty(toleration.getValue()).equals(orEmpty(taint.getValue()));
            default -> false;
        };
    }

    private static String orEmpty(@Nullable String text) {
        return Objects.requireNonNullElse(text, "");
    }
}
