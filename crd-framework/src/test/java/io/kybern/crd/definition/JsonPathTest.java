package io.kybern.crd.definition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.resource.TableColumn;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonPathTest {
    private static JsonNode json(String text) {
        try {
            return new ObjectMapper().readTree(text.replace('\'', '"'));
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    /** Bounds as client-go's jsonpath takes them: what lies outside finds nothing at all. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            .list[0]        | a
            .list[-1]       | d
            .list[-2]       | c
            .list[4]        | ``
            .list[-5]       | ``
            .list[-1:]      | d
            .list[-2:]      | c d
            .list[:2]       | a b
            .list[1:3]      | b c
            .list[1:-1]     | b c
            .list[::2]      | a c
            .list[1:4:2]    | b d
            .list[2:2]      | ``
            .list[3:1]      | ``
            .list[1:9]      | ``
            .list[0,2]      | a c
            .list[-1:].x    | ``
            .none[-1:]      | ``
            .map['b','a']   | 2 1
            .map['a.b']     | 3
            """)
    void itemsAreFoundFromBothEnds(String path, String found) {
        JsonNode root = json("{'list': ['a', 'b', 'c', 'd'], 'map': {'a': 1, 'b': 2, 'a.b': 3}}");
        assertThat(JsonPath.parse(path).find(root).stream()
                        .map(JsonNode::asText)
                        .collect(Collectors.joining(" ")))
                .isEqualTo(found);
    }

    @ParameterizedTest
    @ValueSource(strings = {".a[]", ".a[1:2:0]", ".a[1:2:-1]", ".a[x]", ".a[1", ".a[1:2:3:4]"})
    void whatIsNoPathIsRefused(String path) {
        assertThatThrownBy(() -> JsonPath.parse(path)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aColumnShowsTheLastCondition() {
        List<TableColumn> columns = PrinterColumns.of(
                json("[{'name': 'Type', 'type': 'string', 'jsonPath': '.status.conditions[-1:].type'}]"));
        ObjectNode object = (ObjectNode) json("{'status': {'conditions': [{'type': 'Created'}, {'type': 'Running'}]}}");
        assertThat(columns.get(1).cell().apply(object, Instant.EPOCH).asText()).isEqualTo("Running");
    }

    @Test
    void aColumnThatCannotBeReadKeepsNoKindFromBeingServed() {
        List<TableColumn> columns =
                PrinterColumns.of(json("[{'name': 'Type', 'type': 'string', 'jsonPath': '.status[?(x)]'}]"));
        assertThat(columns).extracting(TableColumn::name).containsExactly("Name", "Age");
    }
}
