package io.kybern.node.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ExpansionTest {
    private final Map<String, String> values = Map.of("A", "1", "B", "$(A)");

    @Test
    void replacesWhatIsKnownAndLeavesTheRest() {
        assertThat(Expansion.expand("$(A)-$(B)-$(C)", values)).isEqualTo("1-$(A)-$(C)");
        assertThat(Expansion.expand("$$(A) $A $ $(A", values)).isEqualTo("$(A) $A $ $(A");
        assertThat(Expansion.expand("cost: 5$", values)).isEqualTo("cost: 5$");
    }
}
