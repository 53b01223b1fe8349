package io.kybern.operators.controller.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.kybern.operators.metadata.ResourceType;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NamespaceEndTest {
    private static final ResourceType CONFIG_MAPS =
            new ResourceType("", "v1", "configmaps", "ConfigMap", true, Set.of());
    private static final ResourceType WIDGETS = new ResourceType("x.io", "v1", "widgets", "Widget", true, Set.of());

    private final Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final Namespace namespace =
            new NamespaceBuilder().withNewMetadata().withName("n").endMetadata().build();

    private static String condition(Namespace namespace, String type) {
        return namespace.getStatus().getConditions().stream()
                .filter(condition -> condition.getType().equals(type))
                .map(condition -> condition.getStatus() + '/' + condition.getReason() + '/' + condition.getMessage())
                .findFirst()
                .orElse("");
    }

    @Test
    void tellsWhatRemainsInOrder() {
        var end = new NamespaceEnd(
                Map.of(WIDGETS, 2, CONFIG_MAPS, 1),
                Map.of("b.io/x", 1, "a.io/x", 2),
                List.of(),
                List.of(),
                Duration.ofSeconds(15));
        assertThat(end.isEmpty()).isFalse();
        var reported = end.report(namespace, now);
        assertThat(reported.getStatus().getPhase()).isEqualTo("Terminating");
        assertThat(condition(reported, "NamespaceContentRemaining"))
                .isEqualTo(
                        "True/SomeResourcesRemain/Some resources are remaining: configmaps. has 1 resource instances,"
                                + " widgets.x.io has 2 resource instances");
        assertThat(condition(reported, "NamespaceFinalizersRemaining"))
                .isEqualTo("True/SomeFinalizersRemain/Some content in the namespace has finalizers remaining: a.io/x in"
                        + " 2 resource instances, b.io/x in 1 resource instances");
        assertThat(condition(reported, "NamespaceDeletionDiscoveryFailure"))
                .isEqualTo("False/ResourcesDiscovered/All resources successfully discovered");
    }

    @Test
    void aConditionKeepsItsTimeWhileItsStatusStays() {
        var full = new NamespaceEnd(Map.of(WIDGETS, 2), Map.of(), List.of(), List.of(), Duration.ZERO);
        var less = new NamespaceEnd(Map.of(WIDGETS, 1), Map.of(), List.of(), List.of(), Duration.ZERO);
        var none = new NamespaceEnd(Map.of(), Map.of(), List.of(), List.of(), Duration.ZERO);
        var first = full.report(namespace, now);
        assertThat(full.report(first, now.plusSeconds(5))).isEqualTo(first);
        var second = less.report(first, now.plusSeconds(5));
        assertThat(second).isNotEqualTo(first);
        assertThat(second.getStatus().getConditions())
                .allSatisfy(condition ->
                        assertThat(condition.getLastTransitionTime()).isEqualTo(now.toString()));
        assertThat(none.report(second, now.plusSeconds(5)).getStatus().getConditions())
                .anySatisfy(condition -> assertThat(condition.getLastTransitionTime())
                        .isEqualTo(now.plusSeconds(5).toString()));
        assertThat(none.isEmpty()).isTrue();
    }

    @Test
    void looksOftenAtFirst() {
        var end = new NamespaceEnd(Map.of(WIDGETS, 1), Map.of(), List.of(), List.of(), Duration.ofSeconds(30));
        assertThat(end.nextLook(now, now)).isEqualTo(Duration.ofMillis(500));
        assertThat(end.nextLook(now, now.plusSeconds(10))).isEqualTo(Duration.ofSeconds(5));
        assertThat(end.nextLook(now, now.plusSeconds(1000))).isEqualTo(Duration.ofSeconds(16));
    }
}
