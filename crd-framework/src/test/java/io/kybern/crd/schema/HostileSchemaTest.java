package io.kybern.crd.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.field.FieldError;
import io.kybern.crd.field.FieldErrors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Schemas and objects of a few megabytes that together make much more of it. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class HostileSchemaTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MILLION = 1_000_000;

    private static ObjectNode json(String text) {
        try {
            return (ObjectNode) JSON.readTree(text.replace('\'', '"'));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Schema schema(String text) {
        return Schemas.parseSingle(json(text));
    }

    /** {@code {"list": [item, item, …]}}. */
    private static ObjectNode listOf(int times, JsonNode item) {
        ObjectNode object = JSON.createObjectNode();
        ArrayNode list = object.putArray("list");
        for (int i = 0; i < times; i++) {
            list.add(item.deepCopy());
        }
        return object;
    }

    private static ObjectNode texts(List<String> texts) {
        ObjectNode object = JSON.createObjectNode();
        texts.forEach(object.putArray("list")::add);
        return object;
    }

    private static List<String> complaints(JsonNode object, Schema schema) {
        FieldErrors errors = new FieldErrors();
        Validation.validate(object, schema, "", errors);
        return errors.list().stream().map(FieldError::toString).toList();
    }

    @Test
    void defaultsOfManyItemsAreBoundedTogether() {
        Schema schema = schema("{'type': 'object', 'properties': {'list': {'type': 'array', 'items': {'type': 'object',"
                + " 'properties': {'text': {'type': 'string', 'default': '" + "x".repeat(MILLION) + "'}}}}}}");
        ObjectNode two = listOf(2, JSON.createObjectNode());
        Defaulting.apply(two, schema);
        assertThat(two.at("/list/1/text").textValue()).hasSize(MILLION);
        assertThatThrownBy(() -> Defaulting.apply(listOf(MILLION, JSON.createObjectNode()), schema))
                .isInstanceOf(Defaulting.TooLargeException.class)
                .hasMessage("the defaults of the object take more than 3145728 bytes");
        assertThatThrownBy(() -> Defaulting.apply(
                        listOf(MILLION, JsonNodeFactory.instance.nullNode()),
                        schema("{'type': 'object', 'properties': {'list': {'type': 'array', 'items':"
                                + " {'type': 'object', 'default': {'a': {'b': ['c']}}}}}}")))
                .isInstanceOf(Defaulting.TooLargeException.class);
    }

    @Test
    void propertiesWithoutADefaultAreNotLookedAtForEachItem() {
        ObjectNode wide = json("{'type': 'object', 'properties': {'list': {'type': 'array', 'items':"
                + " {'type': 'object', 'properties': {'given': {'type': 'string', 'default': 'x'}}}}}}");
        ObjectNode properties = (ObjectNode) wide.at("/properties/list/items/properties");
        for (int i = 0; i < 100_000; i++) {
            properties.putObject("p" + i).put("type", "string");
        }
        ObjectNode object = listOf(100_000, JSON.createObjectNode());
        Defaulting.apply(object, Schemas.parseSingle(wide)); // 10^10 looks take longer than the test may
        assertThat(object.at("/list/99999/given").textValue()).isEqualTo("x");
    }

    @Test
    void whatTakesTooManyStepsIsRefused() {
        ObjectNode schema = json("{'type': 'object', 'properties': {'list': {'type': 'array', 'items': {}}}}");
        ArrayNode alternatives = ((ObjectNode) schema.at("/properties/list/items")).putArray("oneOf");
        for (int i = 0; i < 50_000; i++) {
            alternatives.addObject().put("maxLength", 1);
        }
        ObjectNode object = listOf(100_000, JSON.getNodeFactory().textNode("x"));
        assertThat(complaints(object, Schemas.parseSingle(schema)))
                .containsExactly("<nil>: Too long: it takes too many steps to compare with its schema");
    }

    @Test
    void whatAlternativesSayThatNobodyIsToldTakesNoRoom() {
        Schema schema = schema("{'type': 'object', 'properties': {'list': {'type': 'array', 'items': {'anyOf':"
                + " [{'minLength': 5}, {'oneOf': [{'minLength': 5}, {'not': {'minLength': 5}}]}]}}}}");
        assertThat(complaints(listOf(500_000, JSON.getNodeFactory().textNode("abc")), schema))
                .isEmpty();
    }

    @Test
    void workIsDoneInPiecesBetweenWhichOthersRun() {
        AtomicInteger pauses = new AtomicInteger();
        Effort effort = new Effort(2_000_000_000, pauses::incrementAndGet);
        FieldErrors errors = new FieldErrors();
        Schema schema = schema("{'type': 'object', 'properties': {'list': {'type': 'array',"
                + " 'items': {'type': 'string', 'pattern': '^(a|b){100}x{200}$'}}}}");
        ObjectNode object = listOf(1_000, JSON.getNodeFactory().textNode("y".repeat(1_000)));
        new Validation("", effort).run(object, null, schema, errors);
        assertThat(errors.list()).hasSize(1_000);
        assertThat(pauses)
                .as("1,000 texts of 1,000 characters, with about 500 instructions")
                .hasValueGreaterThan(900);
    }

    @Test
    void aLongNameIsNotWrittenForEachValueBelowIt() {
        String name = "n".repeat(2 * MILLION);
        ObjectNode object = JSON.createObjectNode();
        ArrayNode items = object.putObject("map").putArray(name);
        for (int i = 0; i < 400_000; i++) {
            items.add("x");
        }
        Schema schema = schema("{'type': 'object', 'properties': {'map': {'type': 'object', 'additionalProperties':"
                + " {'type': 'array', 'items': {'type': 'string', 'maxLength': 1}}}}}");
        assertThat(complaints(object, schema)).isEmpty();
        items.removeAll();
        for (int i = 0; i < 400_000; i++) {
            items.add("xx");
        }
        assertThat(complaints(object, schema)).containsExactly("<nil>: " + FieldErrors.TOO_MANY);
        for (int i = 0; i < 400_000; i++) {
            items.set(i, JSON.createObjectNode().put("u", 1));
        }
        Schema closed = schema("{'type': 'object', 'properties': {'map': {'type': 'object', 'additionalProperties':"
                + " {'type': 'array', 'items': {'type': 'object'}}}}}");
        assertThat(Pruning.pruneCustom(object, closed))
                .as("what is told of what went")
                .hasSizeLessThan(10);
        assertThat(items.get(399_999)).isEmpty();
    }

    @Test
    void duplicatesAreToldAsFarAsThereIsRoom() {
        ObjectNode object = JSON.createObjectNode();
        ArrayNode items = object.putObject("map").putArray("n".repeat(MILLION));
        for (int i = 0; i < 200_000; i++) {
            items.add(i / 2);
        }
        FieldErrors errors = new FieldErrors();
        ListTypes.validate(
                object,
                schema("{'type': 'object', 'properties': {'map': {'type': 'object', 'additionalProperties':"
                        + " {'type': 'array', 'x-kubernetes-list-type': 'set', 'items': {'type': 'integer'}}}}}"),
                errors);
        assertThat(errors.list()).hasSizeLessThan(40);
        assertThat(errors.list().getLast().message()).isEqualTo(FieldErrors.TOO_MANY);
    }

    @Test
    void equalHashesDoNotMakeSetsSlow() {
        Schema schema = schema("{'type': 'object', 'properties': {'list': {'type': 'array',"
                + " 'x-kubernetes-list-type': 'set', 'items': {'type': 'string'}}}}");
        assertThat(Collisions.factor(14, texts -> {
                    FieldErrors errors = new FieldErrors();
                    ListTypes.validate(texts(texts), schema, errors);
                    assertThat(errors.list()).isEmpty();
                }))
                .isLessThan(20);
    }

    @Test
    void equalHashesDoNotMakeEnumerationsSlow() {
        assertThat(Collisions.factor(14, texts -> {
                    ObjectNode schema = json("{'type': 'object', 'properties': {'list': {'type': 'array',"
                            + " 'items': {'type': 'string'}}}}");
                    texts.forEach(((ObjectNode) schema.at("/properties/list/items")).putArray("enum")::add);
                    assertThat(complaints(texts(texts), Schemas.parseSingle(schema)))
                            .isEmpty();
                }))
                .isLessThan(20);
    }

    @Test
    void equalHashesDoNotMakeComparingWithWhatWasSlow() {
        Schema list = schema("{'type': 'array', 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['k'],"
                + " 'items': {'type': 'object', 'properties': {'k': {'type': 'string'}}}}");
        assertThat(Collisions.factor(14, texts -> {
                    ArrayNode items = JSON.createArrayNode();
                    texts.forEach(text -> items.addObject().put("k", text));
                    assertThat(new Before().unchanged(items, items.deepCopy(), list))
                            .isTrue();
                }))
                .isLessThan(20);
    }

    @Test
    void equalHashesDoNotMakeComplaintsSlow() {
        Schema schema = schema("{'type': 'object', 'additionalProperties': {'type': 'string'}}");
        assertThat(Collisions.factor(14, texts -> {
                    ObjectNode object = JSON.createObjectNode();
                    texts.forEach(text -> object.put(text, 1));
                    assertThat(complaints(object, schema)).hasSize(texts.size());
                }))
                .isLessThan(20);
    }
}
