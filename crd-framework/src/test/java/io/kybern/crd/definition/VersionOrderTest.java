package io.kybern.crd.definition;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class VersionOrderTest {
    private static List<String> sorted(Stream<String> versions) {
        return versions.sorted(VersionOrder.BY_PRIORITY).toList();
    }

    @Test
    void theMostStableAndNewestComesFirst() {
        List<String> order = List.of("v10", "v2", "v1", "v11beta2", "v10beta3", "v3beta1", "v12alpha1", "v11alpha2");
        assertThat(sorted(order.stream().sorted(Comparator.reverseOrder()))).isEqualTo(order);
    }

    @Test
    void otherNamesFollowInTheOrderOfTheAlphabet() {
        assertThat(sorted(Stream.of("v1alpha", "foo", "v1alpha1", "v", "v1gamma1", "foo10")))
                .containsExactly("v1alpha1", "foo", "foo10", "v", "v1alpha", "v1gamma1");
    }

    @Test
    void numbersThatNoInt64HoldsAreNone() {
        String huge = "9".repeat(60);
        assertThat(sorted(Stream.of("v" + huge, "v1alpha" + huge, "v1alpha1", "a")))
                .containsExactly("v1alpha1", "a", "v1alpha" + huge, "v" + huge);
    }
}
