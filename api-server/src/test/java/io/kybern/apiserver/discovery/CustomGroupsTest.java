package io.kybern.apiserver.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.negotiation.Representation.Format;
import io.kybern.crd.cel.rule.CelRules;
import io.kybern.crd.definition.CustomDefinition;
import io.kybern.crd.resource.ResourceDefinition;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the aggregated document says of custom kinds, and that a change costs what has changed. */
class CustomGroupsTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static ResourceDefinition kind(String group, String plural, String... versions) {
        ObjectNode definition = JSON.createObjectNode();
        ObjectNode spec = definition.putObject("spec").put("group", group).put("scope", "Cluster");
        spec.putObject("names")
                .put("plural", plural)
                .put("singular", plural + "1")
                .put("kind", plural.toUpperCase(java.util.Locale.ROOT))
                .put("listKind", "L");
        for (String version : versions) {
            ObjectNode entry = spec.withArray("versions").addObject();
            entry.put("name", version.replace("!", "")).put("served", !version.endsWith("!"));
            entry.put("storage", version.equals(versions[0]));
            entry.putObject("schema").putObject("openAPIV3Schema").put("type", "object");
        }
        return CustomDefinition.of(definition, new CelRules()).resource();
    }

    private static JsonNode read(CustomGroups.Group group) {
        try {
            return JSON.readTree(group.aggregated().json());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static List<String> plurals(JsonNode version) {
        List<String> out = new ArrayList<>();
        version.path("resources").forEach(r -> out.add(r.path("resource").asText()));
        return out;
    }

    private static List<String> names(CustomGroups groups) {
        return groups.all().stream().map(CustomGroups.Group::name).toList();
    }

    @Test
    void groupsVersionsAndKindsComeInOrder() {
        CustomGroups groups = CustomGroups.NONE.next(List.of(
                kind("z.example.com", "b", "v1", "v2"),
                kind("a.example.com", "c", "v1!"),
                kind("b.example.com", "d", "v1beta1"),
                kind("z.example.com", "a", "v1", "v3!")));
        assertThat(names(groups))
                .as("one without a version that is served is none")
                .containsExactly("b.example.com", "z.example.com");
        JsonNode group = read(groups.find("z.example.com").orElseThrow());
        assertThat(group.at("/metadata/name").asText()).isEqualTo("z.example.com");
        assertThat(group.at("/versions/0/version").asText()).isEqualTo("v2");
        assertThat(group.path("versions")).hasSize(2);
        assertThat(plurals(group.at("/versions/0"))).containsExactly("b");
        assertThat(plurals(group.at("/versions/1"))).containsExactly("a", "b");
        assertThat(group.at("/versions/1/freshness").asText()).isEqualTo("Current");
    }

    @Test
    void whatHasNotChangedIsTakenOver() {
        ResourceDefinition one = kind("a.example.com", "one", "v1");
        ResourceDefinition two = kind("a.example.com", "two", "v1");
        ResourceDefinition other = kind("b.example.com", "other", "v1");
        CustomGroups before = CustomGroups.NONE.next(List.of(one, two, other));
        assertThat(before.isOf(List.of(one, two, other))).isFalse();

        CustomGroups after = before.next(List.of(other, one, kind("a.example.com", "two", "v1", "v2")));
        assertThat(after.find("b.example.com"))
                .containsSame(before.find("b.example.com").orElseThrow());
        CustomGroups.Group changed = after.find("a.example.com").orElseThrow();
        assertThat(changed.kept(before.find("a.example.com").orElseThrow())).containsExactly("one");
        assertThat(read(changed).path("versions")).hasSize(2);

        CustomGroups gone = after.next(List.of(one));
        assertThat(names(gone)).containsExactly("a.example.com");
        assertThat(plurals(read(gone.find("a.example.com").orElseThrow()).at("/versions/0")))
                .containsExactly("one");
        assertThat(gone.next(List.of(one)).find("a.example.com"))
                .containsSame(gone.find("a.example.com").orElseThrow());
    }

    @Test
    void theTagOfTheDocumentChangesWithAnyGroup() throws IOException {
        CustomGroups groups = CustomGroups.NONE.next(
                List.of(kind("a.example.com", "one", "v1"), kind("b.example.com", "other", "v1")));
        AggregatedDocument document = document(groups);
        assertThat(JSON.readTree(document.bytes(Format.JSON)).path("items")).hasSize(2);
        assertThat(document.tag()).matches("\"[0-9A-F]{128}\"");
        CustomGroups same = CustomGroups.NONE.next(
                List.of(kind("a.example.com", "one", "v1"), kind("b.example.com", "other", "v1")));
        assertThat(document(same).tag()).as("of another server").isEqualTo(document.tag());
        for (CustomGroups other : List.of(
                groups.next(List.of(kind("a.example.com", "one", "v1"))),
                groups.next(List.of(kind("a.example.com", "one", "v1"), kind("b.example.com", "another", "v1"))),
                groups.next(List.of(kind("a.example.com", "one", "v1", "v2"), kind("b.example.com", "other", "v1"))))) {
            assertThat(document(other).tag()).isNotEqualTo(document.tag());
        }
    }

    private static AggregatedDocument document(CustomGroups groups) {
        return new AggregatedDocument(
                groups.all().stream().map(CustomGroups.Group::aggregated).toList());
    }
}
