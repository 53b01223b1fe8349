package io.kybern.crd.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kybern.crd.golden.Golden;
import io.kybern.crd.resource.GroupVersionKind;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SchemasTest {
    private static final String CORE = "io.k8s.api.core.v1.";

    @Test
    void findsKindsAndFollowsReferences() {
        Schema pod =
                Golden.schemas().find(new GroupVersionKind("", "v1", "Pod")).orElseThrow();
        Schema containers = pod.child("spec").child("containers");
        assertThat(containers.listMapKeys()).containsExactly("name");
        assertThat(containers.patchMergeKey()).contains("name");
        assertThat(containers.item().name()).isEqualTo(CORE + "Container");
        assertThat(containers.item().child("ports").item().child("protocol").defaultValue())
                .hasValueSatisfying(v -> assertThat(v.asText()).isEqualTo("TCP"));
        assertThat(pod.child("spec").child("nope").declared()).isFalse();
        assertThat(pod.child("metadata").child("labels").child("anything").type())
                .isEqualTo("string");
    }

    @Test
    void keepsWhatStandsBesideAReference() {
        Schema item = Golden.schemas().get(CORE + "PodSpec").child("containers").item();
        assertThat(item.defaultValue()).isPresent();
        assertThat(Golden.schemas().get(CORE + "Container").defaultValue()).isEmpty();
        assertThat(item.properties())
                .isSameAs(Golden.schemas().get(CORE + "Container").properties());
    }

    @Test
    void resolvesCyclesLazily() {
        Schema props = Golden.schemas().get("io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps");
        Schema deeper =
                props.child("allOf").item().child("not").child("properties").values();
        assertThat(deeper.name()).isEqualTo(props.name());
        assertThat(deeper.properties()).isSameAs(props.properties());
    }

    @Test
    void everyComponentResolves() {
        Set<String> seen = new HashSet<>();
        Golden.read("/openapi-v3-schemas.json")
                .path("schemas")
                .fieldNames()
                .forEachRemaining(name -> visit(Golden.schemas().get(name), seen));
        assertThat(seen).hasSizeGreaterThan(400);
    }

    @Test
    void readsPartsOfAnyTextAndNamesWhatIsNone() {
        String text =
                "{\"about\":{\"schemas\":1},\"schemas\": { \"ä\" : {\"description\":\"ß }\"} , \"b\":{\"type\":\"string\"}}}";
        Schemas schemas = Schemas.parse(text.getBytes(StandardCharsets.UTF_8));
        assertThat(schemas.get("ä").raw().path("description").asText()).isEqualTo("ß }");
        assertThat(schemas.get("b").type()).isEqualTo("string");
        assertThat(schemas.has("about")).isFalse();
        assertThatThrownBy(() -> schemas.get("c")).hasMessage("no component schema named c");
        for (String wrong : List.of("[]", "{\"schemas\":{\"a\":1}}", "{\"schemas\":{\"a\":{")) {
            assertThatThrownBy(() -> Schemas.parse(wrong.getBytes(StandardCharsets.UTF_8)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("not a document of schemas");
        }
    }

    private static void visit(Schema schema, Set<String> seen) {
        if (!schema.name().isEmpty() && !seen.add(schema.name())) {
            return;
        }
        schema.properties().values().forEach(p -> visit(p, seen));
        schema.items().ifPresent(i -> visit(i, seen));
        schema.additionalProperties().ifPresent(v -> visit(v, seen));
        assertThat(schema.constraints().patternIsBroken()).isFalse();
    }
}
