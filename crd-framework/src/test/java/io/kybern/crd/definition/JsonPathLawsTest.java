package io.kybern.crd.definition;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.fuzz.Documents;
import io.kybern.fuzz.Fuzz;
import io.kybern.fuzz.Source;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("fuzz")
class JsonPathLawsTest {
    private static final List<String> NAMES = List.of("a", "b", "c.d", "x");
    private static final List<String> TOKENS = List.of(
            ".a",
            ".b",
            "[",
            "]",
            "'",
            "\"",
            "a",
            "*",
            "?",
            "(",
            ")",
            "@",
            "==",
            "!=",
            "<",
            ".",
            "..",
            "0",
            "-1",
            "{",
            "}",
            "['c.d']",
            "[*]",
            "[?(@.a==\"b\")]",
            "[?(@.a)]",
            "$",
            "\\",
            " ",
            "99999999999",
            ":",
            ",",
            "[0:1]",
            "é");

    @Test
    void anyTextIsAPathOrRefused() {
        Fuzz.check(500, source -> {
            String text = source.note("path", path(source));
            JsonNode document = source.note("document", Documents.value(source, NAMES, 4));
            JsonPath path;
            try {
                path = JsonPath.parse(text);
            } catch (IllegalArgumentException e) {
                return;
            }
            path.find(document);
        });
    }

    private static String path(Source source) {
        return source.onceIn(10) ? source.text() : String.join("", source.list(0, 6, s -> s.of(TOKENS)));
    }

    @Test
    void fieldsLeadWhereTheirNamesSay() {
        Fuzz.check(200, source -> {
            ObjectNode document = source.note("document", Documents.object(source, NAMES, 4));
            List<String> names = source.note("names", source.list(1, 3, s -> s.of(NAMES)));
            StringBuilder path = new StringBuilder();
            JsonNode expected = document;
            for (String name : names) {
                path.append(name.contains(".") || source.onceIn(2) ? "['" + name + "']" : "." + name);
                expected = expected.path(name);
            }
            List<JsonNode> found = JsonPath.parse(path.toString()).find(document);
            assertThat(found).isEqualTo(expected.isMissingNode() ? List.of() : List.of(expected));
        });
    }
}
