package io.kybern.crd.definition;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.cel.rule.CelRules;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.golden.Golden;
import io.kybern.crd.golden.Golden.Step;
import io.kybern.crd.merge.FieldManager;
import io.kybern.crd.merge.FieldSet;
import io.kybern.crd.merge.VersionConverter;
import io.kybern.crd.resource.ResourceDefinition;
import io.kybern.crd.resource.Strategy;
import io.kybern.crd.resource.TableColumn;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CustomDefinitionTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final CustomDefinition MULTI =
            CustomDefinition.of(definition("crd-versions-columns-scale"), new CelRules());

    private static ObjectNode definition(String topic) {
        for (Step step : Golden.steps(topic)) {
            if (step.code() == 201 && step.response().path("kind").asText().equals("CustomResourceDefinition")) {
                return (ObjectNode) step.response();
            }
        }
        throw new IllegalStateException("no definition in " + topic);
    }

    private static Step step(String topic, String name) {
        return Golden.steps(topic).stream()
                .filter(s -> s.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void versionsInOrderWithTheirSubresources() {
        ResourceDefinition resource = MULTI.resource();
        assertThat(resource.versions())
                .extracting(ResourceDefinition.Version::name)
                .containsExactly("v2", "v1", "v1beta1", "v1alpha1");
        assertThat(resource.storageVersion().subresources()).containsOnlyKeys("status", "scale");
        assertThat(resource.version("v1alpha1").orElseThrow().deprecationWarning())
                .contains(
                        "multi.golden.example.com/v1alpha1 Multi is deprecated; use multi.golden.example.com/v1 Multi");
        assertThat(resource.version("v1beta1").orElseThrow().deprecationWarning())
                .contains("v1beta1 is old");
        assertThat(MULTI.strategies().get("v1").selectableFieldNames())
                .containsExactlyInAnyOrder("spec.color", "spec.replicas", "spec.on");
        assertThat(MULTI.strategies().get("v1alpha1").selectableFieldNames()).isEmpty();
    }

    @Test
    void columnsAsRecorded() {
        JsonNode table = step("crd-versions-columns-scale", "table of one").response();
        ObjectNode object = Golden.json("{'metadata': {'name': 'a', 'creationTimestamp': '2025-12-31T23:59:00Z'},"
                + "'spec': {'color': 'red', 'replicas': 2, 'on': true, 'when': '2001-01-01T00:00:00Z', 'l': ['x', 'y'],"
                + "'o': {'a': [2], 'b': 1}}, 'status': {'conditions': [{'type': 'Ready', 'status': 'True'}]}}");
        List<TableColumn> columns = MULTI.resource().version("v1").orElseThrow().columns();
        List<String> cells = new ArrayList<>();
        columns.forEach(c -> cells.add(c.cell().apply(object, NOW).toString()));
        List<String> recorded = new ArrayList<>();
        table.path("rows").get(0).path("cells").forEach(c -> recorded.add(c.toString()));
        recorded.set(recorded.size() - 1, "\"60s\"");
        assertThat(cells).isEqualTo(recorded);
        for (int i = 0; i < columns.size(); i++) {
            JsonNode column = table.path("columnDefinitions").get(i);
            assertThat(columns.get(i).name()).isEqualTo(column.path("name").asText());
            assertThat(columns.get(i).type()).isEqualTo(column.path("type").asText());
            assertThat(columns.get(i).priority())
                    .isEqualTo(column.path("priority").asInt());
        }
    }

    @Test
    void scalePaths() {
        ScalePaths scale = MULTI.scales().get("v1");
        ObjectNode object = Golden.json("{'status': {'replicas': 1, 'selector': 'app=a'}}");
        assertThat(scale.replicas(object)).isEmpty();
        scale.setReplicas(object, 3);
        assertThat(scale.replicas(object)).hasValue(3);
        assertThat(scale.currentReplicas(object)).isEqualTo(1);
        assertThat(scale.selector(object)).isEqualTo("app=a");
        FieldErrors errors = new FieldErrors();
        scale.setReplicas(object, -1);
        scale.validateSpec(object, errors);
        assertThat(errors.list()).hasToString("[.spec.replicas: Invalid value: -1: should be a non-negative integer]");
    }

    @Test
    void managedFieldsOfACustomResourceAsRecorded() {
        Step created = step("crd-life", "create object");
        CustomDefinition gadget = CustomDefinition.of(definition("crd-life"), new CelRules());
        ObjectNode object = created.request().deepCopy();
        assertThat(gadget.decode(object, "v1")).containsExactly("spec.extra");
        ResourceDefinition.Version version = gadget.resource().storageVersion();
        Strategy strategy = gadget.strategies().get("v1");
        FieldSet reset = FieldManager.resetFields(strategy.resetFields().get(""));
        new FieldManager(
                        gadget.resource().kind(version),
                        "",
                        version.schema().get(),
                        false,
                        reset,
                        VersionConverter.NONE)
                .update(Golden.json("{}"), object, "golden", NOW);
        assertThat(object.path("metadata").path("managedFields").get(0).path("fieldsV1"))
                .isEqualTo(created.response()
                        .path("metadata")
                        .path("managedFields")
                        .get(0)
                        .path("fieldsV1"));
    }

    @Test
    void ratchetsAsRecorded() {
        ObjectNode definition = definition("crd-ratcheting").deepCopy();
        Strategy strategy = MULTI.resource().strategy();
        ObjectNode live = null;
        for (Step step : Golden.steps("crd-ratcheting")) {
            if (step.name().startsWith("tighten")) {
                definition = (ObjectNode)
                        io.kybern.crd.patch.JsonPatch.of(step.request()).apply(definition);
                strategy = CustomDefinition.of(definition, new CelRules())
                        .resource()
                        .strategy();
            } else if (step.method().equals("PATCH") && live != null) {
                ObjectNode updated = io.kybern.crd.patch.MergePatch.apply(live, step.request());
                FieldErrors errors = new FieldErrors();
                strategy.validateUpdate(updated, live, errors);
                List<String> causes = new ArrayList<>();
                step.response()
                        .path("details")
                        .path("causes")
                        .forEach(c -> causes.add(c.path("field").asText() + ": "
                                + c.path("message").asText()));
                assertThat(errors.list())
                        .as(step.name())
                        .extracting(Object::toString)
                        .containsExactlyInAnyOrderElementsOf(causes);
            }
            if (step.code() < 300
                    && step.response().path("kind").asText().equals("Sample")
                    && !step.path().contains("dryRun")) {
                live = (ObjectNode) step.response();
            }
        }
    }
}
