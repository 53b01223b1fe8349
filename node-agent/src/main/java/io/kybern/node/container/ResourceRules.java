package io.kybern.node.container;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.kybern.node.pod.PodContainers;
import io.kybern.node.runtime.ContainerSpec.Resources;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Requests and limits as cgroups and as {@code resourceFieldRef} know them, by upstream's formulas. */
public final class ResourceRules {
    private static final long PERIOD_MICROS = 100_000;
    private static final long MIN_QUOTA_MICROS = 1_000;
    private static final long MIN_SHARES = 2;
    private static final long MAX_SHARES = 262_144;

    private ResourceRules() {}

    static Resources of(Pod pod, Container container, Map<String, Quantity> nodeCapacity) {
        long request = milli(quantity(container, "requests", "cpu").or(() -> quantity(container, "limits", "cpu")));
        long limit = milli(quantity(container, "limits", "cpu"));
        return new Resources(
                Math.clamp(request * 1024 / 1000, MIN_SHARES, MAX_SHARES),
                limit == 0 ? 0 : Math.max(MIN_QUOTA_MICROS, limit * PERIOD_MICROS / 1000),
                limit == 0 ? 0 : PERIOD_MICROS,
                bytes(quantity(container, "limits", "memory")),
                oomScore(pod, container, nodeCapacity));
    }

    /** Who dies first when memory runs out: upstream's {@code GetContainerOOMScoreAdjust}. */
    static int oomScore(Pod pod, Container container, Map<String, Quantity> nodeCapacity) {
        return switch (qos(pod)) {
            case "Guaranteed" -> -997;
            case "BestEffort" -> 1000;
            default -> {
                long capacity = Math.max(1, bytes(Optional.ofNullable(nodeCapacity.get("memory"))));
                long request = bytes(quantity(container, "requests", "memory"));
                yield (int) Math.clamp(1000 - 1000 * request / capacity, 3, 999);
            }
        };
    }

    static String qos(Pod pod) {
        if (pod.getStatus() != null && pod.getStatus().getQosClass() != null) {
            return pod.getStatus().getQosClass();
        }
        boolean none = PodContainers.all(pod)
                .allMatch(container -> container.getResources() == null
                        || (empty(container.getResources().getLimits())
                                && empty(container.getResources().getRequests())));
        return none ? "BestEffort" : "Burstable";
    }

    private static boolean empty(@Nullable Map<String, Quantity> map) {
        return map == null || map.isEmpty();
    }

    /** A {@code resourceFieldRef}: the amount in units of {@code divisor}, rounded up; the node's where no limit is set. */
    public static String reference(
            Container container, String resource, @Nullable Quantity divisor, Map<String, Quantity> allocatable) {
        int dot = resource.indexOf('.');
        String list = resource.substring(0, dot);
        String name = resource.substring(dot + 1);
        BigDecimal amount = quantity(container, list, name)
                .or(() -> list.equals("limits") ? Optional.ofNullable(allocatable.get(name)) : Optional.empty())
                .map(Quantity::getNumericalAmount)
                .orElse(BigDecimal.ZERO);
        BigDecimal unit = divisor == null || divisor.getNumericalAmount().signum() == 0
                ? BigDecimal.ONE
                : divisor.getNumericalAmount();
        return amount.divide(unit, 0, RoundingMode.CEILING).toPlainString();
    }

    private static Optional<Quantity> quantity(Container container, String list, String name) {
        var resources = container.getResources();
        if (resources == null) {
            return Optional.empty();
        }
        Map<String, Quantity> map = list.equals("limits") ? resources.getLimits() : resources.getRequests();
        return map == null ? Optional.empty() : Optional.ofNullable(map.get(name));
    }

    private static long milli(Optional<Quantity> quantity) {
        return quantity.map(value -> value.getNumericalAmount()
                        .multiply(BigDecimal.valueOf(1000))
                        .setScale(0, RoundingMode.CEILING)
                        .longValue())
                .orElse(0L);
    }

    private static long bytes(Optional<Quantity> quantity) {
        return quantity.map(value -> value.getNumericalAmount().longValue()).orElse(0L);
    }
}
