package io.kybern.crd.merge;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.golden.Golden;
import io.kybern.crd.resource.GroupVersionKind;
import io.kybern.fuzz.Documents;
import io.kybern.fuzz.Fuzz;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Applied objects that do not fit their schema, and managed fields that clients made up. */
@Tag("fuzz")
class HostileApplyTest {
    private static final FieldManager MANAGER = new FieldManager(
            new GroupVersionKind("apps", "v1", "Deployment"),
            "",
            Golden.schemas()
                    .find(new GroupVersionKind("apps", "v1", "Deployment"))
                    .orElseThrow(),
            false,
            FieldSet.EMPTY,
            VersionConverter.NONE);
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final ObjectNode LIVE = Golden.json("{'apiVersion': 'apps/v1', 'kind': 'Deployment', 'metadata': {"
            + "'name': 'x', 'uid': 'u', 'labels': {'a': 'b'}, 'managedFields': [{'manager': 'm', 'operation': 'Apply',"
            + "'apiVersion': 'apps/v1', 'fieldsType': 'FieldsV1', 'fieldsV1': {'f:spec': {'f:template': {'f:spec': {"
            + "'f:containers': {'k:{\\u0022name\\u0022:\\u0022a\\u0022}': {'.': {}, 'f:name': {}}}}}}}}]},"
            + "'spec': {'replicas': 1, 'template': {'spec': {'containers': [{'name': 'a', 'image': 'i', 'ports': ["
            + "{'containerPort': 1, 'protocol': 'TCP'}], 'env': [{'name': 'e', 'value': 'v'}]}]}}}}");
    private static final List<String> NAMES = List.of(
            "spec",
            "template",
            "containers",
            "name",
            "ports",
            "containerPort",
            "protocol",
            "env",
            "metadata",
            "labels",
            "f:spec",
            "k:{\"name\":\"a\"}",
            "k:{}",
            "k:x",
            "v:1",
            "i:0",
            "i:x",
            ".",
            "f:",
            "managedFields",
            "fieldsV1",
            "manager",
            "operation",
            "Apply",
            "Update",
            "time",
            "apiVersion",
            "image",
            "replicas");

    @Test
    void anyApplyIsDoneOrRefused() {
        Fuzz.check(500, source -> {
            ObjectNode live = source.onceIn(2) ? Documents.mutated(source, LIVE, NAMES) : LIVE.deepCopy();
            if (live.path("metadata") instanceof ObjectNode metadata) {
                metadata.set("managedFields", LIVE.path("metadata").path("managedFields")); // none else is ever stored
            }
            source.note("live", live);
            ObjectNode applied = Documents.mutated(source, LIVE, NAMES);
            if (applied.path("metadata") instanceof ObjectNode metadata) {
                metadata.remove("managedFields");
            }
            source.note("applied", applied);
            ObjectNode before = live.deepCopy();
            try {
                MANAGER.apply(live.deepCopy(), applied, "m", source.onceIn(2), NOW);
            } catch (ApplyException e) {
                assertThat(e.statusMessage()).isNotBlank();
            }
            assertThat(live).isEqualTo(before);
        });
    }

    @Test
    void anyUpdateIsTracked() {
        Fuzz.check(500, source -> {
            ObjectNode live = source.note("live", Documents.mutated(source, LIVE, NAMES));
            ObjectNode updated = source.note("updated", Documents.mutated(source, live, NAMES));
            MANAGER.update(live.deepCopy(), updated, "m", NOW);
        });
    }

    @Test
    void anyFieldsAreReadOrRefused() {
        Fuzz.check(500, source -> {
            JsonNode fields = source.note("fields", Documents.object(source, NAMES, 5));
            FieldSet set;
            try {
                set = FieldSet.parse(fields);
            } catch (IllegalArgumentException e) {
                return;
            }
            assertThat(FieldSet.parse(set.toJson())).isEqualTo(set);
        });
    }
}
