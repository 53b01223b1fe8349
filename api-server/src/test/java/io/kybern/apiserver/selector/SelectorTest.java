package io.kybern.apiserver.selector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.kybern.apiserver.storage.EncodedObject;
import io.kybern.apiserver.storage.ObjectKey;
import io.kybern.apiserver.storage.Revision;
import io.kybern.apiserver.storage.StoredObject;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SelectorTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What k8s.io/apimachinery 0.36.3 answers to each. */
    @TestFactory
    Stream<DynamicTest> readsAndRefusesAsTheOriginal() throws IOException {
        try (InputStream file = getClass().getResourceAsStream("selectors.json")) {
            JsonNode cases = JSON.readTree(Objects.requireNonNull(file));
            return StreamSupport.stream(cases.spliterator(), false)
                    .map(each -> DynamicTest.dynamicTest(
                            each.path("kind").asText() + " "
                                    + each.path("selector").asText(),
                            () -> check(each)));
        }
    }

    private static void check(JsonNode each) {
        String text = each.path("selector").asText();
        boolean label = each.path("kind").asText().equals("label");
        if (each.has("error")) {
            assertThatThrownBy(() -> parse(label, text))
                    .isInstanceOf(SelectorException.class)
                    .hasMessage(each.path("error").asText());
        } else {
            assertThat(parse(label, text)).hasToString(each.path("prints").asText());
        }
    }

    private static Object parse(boolean label, String text) {
        return label ? LabelSelector.parse(text) : FieldSelector.parse(text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "'';true",
                "app;true",
                "!app;false",
                "other;false",
                "!other;true",
                "app=web;true",
                "app=db;false",
                "app!=web;false",
                "app!=db;true",
                "other!=x;true",
                "other=x;false",
                "other=;false",
                "app in (db,web);true",
                "app in (db);false",
                "app notin (db);true",
                "app notin (web);false",
                "other notin (a);true",
                "n>4;true",
                "n>5;false",
                "n<6;true",
                "n<5;false",
                "app>1;false",
                "other<1;false",
                "app=web,n>4;true",
                "app=web,n>5;false"
            })
    void labelsMatch(String selector, boolean expected) {
        assertThat(LabelSelector.parse(selector).matches(Map.of("app", "web", "n", "5")))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "'';true", "metadata.name=web;true", "metadata.name!=web;false", "metadata.namespace=default;true",
                "spec.nodeName=n1;true", "spec.nodeName=n2;false", "spec.other=;true", "spec.other!=;false",
                "spec.nodeName=n1,metadata.name=db;false"
            })
    void fieldsMatch(String selector, boolean expected) {
        byte[] json = "{\"kind\":\"Pod\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"web\"}}".getBytes();
        EncodedObject encoded = new EncodedObject(json, 30, 42, Map.of(), Map.of("spec.nodeName", "n1"));
        StoredObject object = StoredObject.of(new ObjectKey("default", "web"), new Revision(7), encoded);
        assertThat(FieldSelector.parse(selector).matches(object)).isEqualTo(expected);
    }

    @Test
    void theValueThatAFieldMustHaveIsTold() {
        FieldSelector selector = FieldSelector.parse("spec.nodeName=n1,status.phase!=Failed");
        assertThat(selector.requiredValue("spec.nodeName")).contains("n1");
        assertThat(selector.requiredValue("status.phase")).isEmpty();
        assertThat(selector.fieldNames()).containsExactly("spec.nodeName", "status.phase");
    }

    @Test
    void theJsonFormReadsAsTheOriginal() throws IOException {
        assertThat(LabelSelector.of(JSON.readTree("""
                        {"matchLabels":{"a":"b"},"matchExpressions":[{"key":"c","operator":"NotIn","values":["z","y"]},
                         {"key":"d","operator":"Exists"},{"key":"e","operator":"DoesNotExist"}]}"""))).hasToString("a=b,c notin (y,z),d,!e");
        assertThat(LabelSelector.of(JSON.readTree("{}")).isEmpty()).isTrue();
        assertThat(LabelSelector.of(MissingNode.getInstance()).matches(Map.of("a", "b")))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "{\"key\":\"a\",\"operator\":\"Foo\"};\"Foo\" is not a valid label selector operator",
                "{\"key\":\"a\",\"operator\":\"In\"};values: Invalid value: null: for 'in', 'notin' operators, values set can't be empty",
                "{\"key\":\"a\",\"operator\":\"Exists\",\"values\":[\"x\",\"y\"]};values: Invalid value: [\"x\",\"y\"]: values set must be"
                        + " empty for exists and does not exist"
            })
    void theJsonFormIsCheckedAsTheOriginal(String expression, String message) throws IOException {
        JsonNode selector = JSON.readTree("{\"matchExpressions\":[" + expression + "]}");
        assertThatThrownBy(() -> LabelSelector.of(selector))
                .isInstanceOf(SelectorException.class)
                .hasMessage(message);
    }
}
