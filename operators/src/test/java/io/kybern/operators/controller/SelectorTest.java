package io.kybern.operators.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SelectorTest {
    @Test
    void anEmptySelectorMatchesNothing() {
        assertThat(Selector.of(new LabelSelectorBuilder().build()).matches(Map.of("a", "b")))
                .isFalse();
    }

    @Test
    void allLabelsAndExpressionsMustHold() {
        var selector = Selector.of(new LabelSelectorBuilder()
                .addToMatchLabels("app", "web")
                .addNewMatchExpression("tier", "In", java.util.List.of("front", "back"))
                .addNewMatchExpression("zone", "NotIn", java.util.List.of("c"))
                .addNewMatchExpression("old", "DoesNotExist", java.util.List.of())
                .build());
        assertThat(selector.matches(Map.of("app", "web", "tier", "front"))).isTrue();
        assertThat(selector.matches(Map.of("app", "web", "tier", "front", "zone", "c")))
                .isFalse();
        assertThat(selector.matches(Map.of("app", "web", "tier", "middle"))).isFalse();
        assertThat(selector.matches(Map.of("app", "web", "tier", "back", "old", "")))
                .isFalse();
        assertThat(selector.matches(Map.of("tier", "front"))).isFalse();
    }
}
