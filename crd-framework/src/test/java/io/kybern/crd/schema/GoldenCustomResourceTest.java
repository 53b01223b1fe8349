package io.kybern.crd.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.field.FieldError;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.golden.Golden;
import io.kybern.crd.golden.Golden.Step;
import io.kybern.crd.value.Numbers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every recorded creation of a custom resource: what a schema makes of it and says about it. */
class GoldenCustomResourceTest {
    static Stream<Arguments> creations() {
        List<Arguments> all = new ArrayList<>();
        for (String topic : List.of("crd-value-validation", "crd-defaulting-pruning")) {
            Map<String, Schema> schemas = new HashMap<>();
            for (Step step : Golden.steps(topic)) {
                JsonNode body = step.request();
                if (step.method().equals("POST") && step.path().endsWith("customresourcedefinitions")) {
                    JsonNode version = body.path("spec").path("versions").get(0);
                    schemas.put(body.path("spec").path("names").path("kind").asText(), Schemas.parseSingle((ObjectNode)
                            version.path("schema").path("openAPIV3Schema")));
                } else if (step.method().equals("POST")
                        && schemas.containsKey(body.path("kind").asText())) {
                    all.add(Arguments.of(
                            topic + ": " + step.name(),
                            step,
                            schemas.get(body.path("kind").asText())));
                }
            }
        }
        return all.stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("creations")
    void asRecorded(String name, Step step, Schema schema) {
        ObjectNode object = step.request().deepCopy();
        Defaulting.apply(object, schema);
        List<String> unknown;
        try {
            unknown = new ArrayList<>(EmbeddedResources.pruneMetadata(object, schema));
        } catch (EmbeddedResources.DecodingException e) {
            assertThat(step.response().path("message").asText()).as(name).endsWith(": " + e.getMessage());
            return;
        }
        unknown.addAll(Pruning.pruneCustom(object, schema));
        assertThat(unknown)
                .as(name)
                .containsExactlyElementsOf(step.warnings().stream()
                        .filter(w -> w.startsWith("unknown field"))
                        .map(w -> w.substring(w.indexOf('"') + 1, w.length() - 1))
                        .toList());
        FieldErrors errors = new FieldErrors();
        Validation.validate(object, schema, "", errors);
        EmbeddedResources.validate(object, schema, errors);
        ListTypes.validate(object, schema, errors);
        List<String> causes = new ArrayList<>();
        step.response()
                .path("details")
                .path("causes")
                .forEach(c -> causes.add(c.path("reason").asText() + " "
                        + c.path("field").asText() + ": " + c.path("message").asText()));
        assertThat(errors.list())
                .as(name)
                .extracting(e -> e.type().reason() + " " + e)
                .containsExactlyInAnyOrderElementsOf(causes);
        if (step.code() < 300) {
            assertThat(errors.list()).extracting(FieldError::toString).isEmpty();
            Numbers.canonicalize(object);
            assertThat(Golden.json(object.toString().replace("'", "\\u0027")).path("spec"))
                    .as(name)
                    .isEqualTo(step.response().path("spec"));
        }
    }
}
