package io.kybern.conformance.golden;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class DifferenceTest {
    @Test
    void tellsEachPlace() {
        assertThat(between("{'a': 1, 'b.c': [1, 2], 'd': 'x'}", "{'a': 1.0, 'b.c': [1, 3, 4], 'e': null}"))
                .containsExactly(
                        ".a: want 1 got 1.0",
                        "[\"b.c\"]: want 2 elements, got 3",
                        "[\"b.c\"][1]: want 2 got 3",
                        "[\"b.c\"][2]: unexpected 4",
                        ".d: missing, want \"x\"",
                        ".e: unexpected null");
    }

    @Test
    void keepsQuietAboutTheOrderOfKeys() {
        assertThat(between("{'a': 1, 'b': 2}", "{'b': 2, 'a': 1}")).isEmpty();
    }

    @Test
    void takesAnyAddressOfTheServiceRangeForAnAllocatedOne() {
        assertThat(between("{'ip': '<ip>'}", "{'ip': '10.0.0.77'}")).isEmpty();
        assertThat(between("{'ip': '<ip>'}", "{'ip': '10.1.0.77'}")).hasSize(1);
        assertThat(between("{'ip': '10.0.0.77'}", "{'ip': '<ip>'}")).hasSize(1);
    }

    private static List<String> between(String want, String got) {
        return Difference.between(
                Json.parse(want.replace('\'', '"')).orElseThrow(),
                Json.parse(got.replace('\'', '"')).orElseThrow());
    }
}
