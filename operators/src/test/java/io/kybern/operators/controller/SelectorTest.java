package io.kybern.operators.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirementBuilder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SelectorTest {
    private static LabelSelectorRequirement requirement(String key, String operator, List<String> values) {
        return new LabelSelectorRequirementBuilder()
                .withKey(key)
                .withOperator(operator)
                .withValues(values)
                .build();
    }

    @Test
    void anEmptySelectorMatchesNothing() {
        assertThat(Selector.of(new LabelSelectorBuilder().build()).matches(Map.of("a", "b")))
                .isFalse();
    }

    @Test
    void allLabelsAndExpressionsMustHold() {
        var selector = Selector.of(new LabelSelectorBuilder()
                .addToMatchLabels("app", "web")
                .addToMatchExpressions(requirement("tier", "In", List.of("front", "back")))
                .addToMatchExpressions(requirement("zone", "NotIn", List.of("c")))
                .addToMatchExpressions(requirement("old", "DoesNotExist", List.of()))
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
