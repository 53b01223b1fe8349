package io.kybern.crd.definition;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.cel.rule.CelRules;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.golden.Golden;
import io.kybern.crd.golden.Golden.Step;
import io.kybern.crd.resource.RequestContext;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every recorded creation of a CustomResourceDefinition: accepted, or refused for the recorded causes. */
class GoldenDefinitionTest {
    private static final CustomResourceDefinitionStrategy STRATEGY = new CustomResourceDefinitionStrategy();

    /** Refused by the compiler of CEL, or by decoding. */
    private static final Set<String> BEYOND = Set.of(
            "rule syntax",
            "rule unknown field",
            "rule message expression type",
            "rule message expression syntax",
            "rule optionalOldSelf unused",
            "rule too costly",
            "rule undeclared",
            "type list");

    static Stream<Arguments> creations() {
        return Stream.of("invalid-customresourcedefinitions", "crd-names", "crd-life", "crd-versions-columns-scale")
                .flatMap(topic -> Golden.steps(topic).stream()
                        .filter(s -> s.method().equals("POST")
                                && s.resource().endsWith("customresourcedefinitions")
                                && s.request().isObject()
                                && !BEYOND.contains(s.name()))
                        .map(s -> Arguments.of(topic + ": " + s.name(), s)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("creations")
    void asRecorded(String name, Step step) {
        // Decoding drops nulls.
        ObjectNode definition = Golden.json(
                step.request().toString().replace(",\"default\":null", "").replace("'", "\\u0027"));
        STRATEGY.applyDefaults(definition);
        STRATEGY.prepareForCreate(
                definition, new RequestContext("", "u", List.of(), Map.of(), "", false, Instant.EPOCH, w -> {}));
        FieldErrors errors = new FieldErrors();
        STRATEGY.validate(definition, errors);
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
        if (step.code() == 201) {
            ObjectNode spec = (ObjectNode) definition.path("spec");
            spec.remove("nope");
            assertThat((JsonNode) spec).as(name).isEqualTo(step.response().path("spec"));
            assertThat(CustomDefinition.of(definition, new CelRules())
                            .resource()
                            .names()
                            .plural())
                    .isEqualTo(
                            definition.path("spec").path("names").path("plural").asText());
        }
    }
}
