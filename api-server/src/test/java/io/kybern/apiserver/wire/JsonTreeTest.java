package io.kybern.apiserver.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class JsonTreeTest {
    @Test
    void leavesOutWhatAPathLeadsToAndNothingElse() {
        String json = """
                {"a":{"b":[{"c":{"deep":[1,{"c":2}]},"d":3},{"c":4,"e":null},5],"c":6},"b":[{"c":7}],"c":8}""";
        assertThat(JsonTree.parseStored(json.getBytes(StandardCharsets.UTF_8), List.of("a", "b", "c"))
                        .toString())
                .isEqualTo("{\"a\":{\"b\":[{\"d\":3},{},5],\"c\":6},\"b\":[{\"c\":7}],\"c\":8}");
    }
}
