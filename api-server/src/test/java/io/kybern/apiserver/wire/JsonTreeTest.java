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

    private static String member(String json, String name) {
        return JsonTree.parseStoredMember(json.getBytes(StandardCharsets.UTF_8), name)
                .toString();
    }

    @Test
    void readsAMemberAndNoFurther() {
        assertThat(member("{\"x\":{\"a\":1},\"y\":[{\"a\":2}],\"a\":{\"b\":null,\"c\":[3]},\"z\":no JSON", "a"))
                .isEqualTo("{\"c\":[3]}");
        assertThat(member("{\"x\":{\"a\":1}}", "a")).isEmpty();
        assertThat(member("{\"a\":null}", "a")).isEmpty();
    }
}
