package io.kybern.crd.cel.rule;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.cel.check.StructTypes;
import io.kybern.crd.cel.type.CelType;
import io.kybern.crd.golden.Golden;
import io.kybern.crd.schema.Schemas;
import java.util.List;
import org.junit.jupiter.api.Test;

class SchemaTypeTest {
    private static final String ITEM =
            "{\"type\":\"object\",\"required\":[\"a-b\"],\"properties\":{\"a-b\":{\"type\":\"string\"},"
                    + "\"namespace\":{\"type\":\"integer\"},\"1st\":{\"type\":\"object\"},\"any\":{}}}";

    private static SchemaType type(String json) {
        return SchemaType.of(Schemas.parseSingle((ObjectNode) Golden.json(json)), false, "t")
                .orElseThrow();
    }

    private static SchemaType nested() {
        return type("{\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{\"x\":{\"type\":\"object\","
                + "\"additionalProperties\":{\"type\":\"array\",\"items\":" + ITEM + "}}}}}");
    }

    @Test
    void knowsTypesWithFieldsWithinListsAndMaps() {
        StructTypes structs = nested().structs();
        assertThat(structs.has("t.@idx")).isTrue();
        assertThat(structs.has("t.@idx.x.@elem.@idx")).isTrue();
        assertThat(structs.field("t.@idx.x.@elem.@idx", "a__dash__b")).contains(CelType.STRING);
        assertThat(structs.field("t.@idx", "x"))
                .contains(CelType.map(CelType.STRING, CelType.list(CelType.struct("t.@idx.x.@elem.@idx"))));
    }

    @Test
    void knowsNothingElse() {
        StructTypes structs = nested().structs();
        for (String name : new String[] {"", "t", "t.@idx2", "t.@idx.", "t.@idx.x", "t.@idx.x.@elem.@idx.a__dash__b"}) {
            assertThat(structs.has(name)).as(name).isFalse();
        }
        assertThat(structs.field("t.@idx.y", "z")).isEmpty();
    }

    @Test
    void fieldsHaveTheNamesThatCelHasForThem() {
        StructTypes structs = type(ITEM).structs();
        assertThat(structs.field("t", "namespace")).contains(CelType.INT);
        assertThat(structs.field("t", "__namespace__")).contains(CelType.INT);
        assertThat(structs.field("t", "a-b")).isEmpty();
        assertThat(structs.field("t", "1st")).isEmpty();
        assertThat(structs.field("t", "any")).isEmpty();
    }

    /** {@code [{"a-b":""}]}: two brackets, two braces, the name, its text, and four signs around them, and one between items. */
    @Test
    void whatIsRequiredLimitsHowManyThereMayBe() {
        long most = (3 * 1024 * 1024 - 2) / (2 + 3 + 2 + 4 + 1);
        SchemaType list = type("{\"type\":\"array\",\"items\":" + ITEM + "}");
        assertThat(list.hints().of(List.of("self")).orElseThrow().max()).isEqualTo(most);
        assertThat(type(ITEM).mostOccurrences()).isEqualTo(3 * 1024 * 1024 / 12);
    }
}
