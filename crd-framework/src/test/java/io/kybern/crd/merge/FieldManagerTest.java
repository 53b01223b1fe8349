package io.kybern.crd.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.golden.Golden;
import io.kybern.crd.resource.GroupVersionKind;
import io.kybern.crd.schema.Schema;
import io.kybern.crd.schema.Schemas;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FieldManagerTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final GroupVersionKind CONFIG_MAP = new GroupVersionKind("", "v1", "ConfigMap");
    private static final Schema SCHEMA = Golden.schemas().find(CONFIG_MAP).orElseThrow();
    private static final FieldManager MANAGER =
            new FieldManager(CONFIG_MAP, "", SCHEMA, true, FieldSet.EMPTY, VersionConverter.NONE);

    private static ObjectNode configMap(String data) {
        return Golden.json("{'apiVersion': 'v1', 'kind': 'ConfigMap', 'metadata': {'name': 'a', 'uid': 'u'}, 'data': "
                + data + "}");
    }

    private static ObjectNode created(String data, String manager) {
        ObjectNode object = configMap(data);
        MANAGER.update(Golden.json("{}"), object, manager, NOW);
        return object;
    }

    private static ObjectNode updated(ObjectNode live, String data, String manager, Instant when) {
        ObjectNode object = configMap(data);
        MANAGER.update(live, object, manager, when);
        return object;
    }

    private static JsonNode managed(ObjectNode object) {
        return object.path("metadata").path("managedFields");
    }

    @Test
    void keepsTimesWhenNothingChanges() {
        ObjectNode live = created("{'x': '1'}", "m");
        ObjectNode same = updated(live, "{'x': '1'}", "m", NOW.plusSeconds(60));
        assertThat(same).isEqualTo(live);
    }

    @Test
    void forgetsAllManagersOnRequest() {
        for (String reset : List.of("[]", "[{}]")) {
            ObjectNode live = created("{'x': '1'}", "m");
            ObjectNode object = configMap("{'x': '2'}");
            ((ObjectNode) object.path("metadata"))
                    .set("managedFields", Golden.json("{'r': " + reset + "}").get("r"));
            MANAGER.update(live, object, "m", NOW);
            assertThat(object.path("metadata").has("managedFields")).isFalse();
        }
    }

    @Test
    void doesNotBeginToTrackOnUpdate() {
        ObjectNode object = configMap("{'x': '2'}");
        MANAGER.update(configMap("{'x': '1'}"), object, "m", NOW);
        assertThat(object.path("metadata").has("managedFields")).isFalse();
    }

    @Test
    void ignoresBrokenManagedFieldsOfARequest() {
        ObjectNode live = created("{'x': '1'}", "m");
        ObjectNode object = configMap("{'x': '1'}");
        ((ObjectNode) object.path("metadata"))
                .set(
                        "managedFields",
                        Golden.json("{'r': [{'manager': 'q', 'operation': 'Update', 'apiVersion': 'v1',"
                                        + " 'fieldsType': 'FieldsV1', 'fieldsV1': {'zzz': {}}}]}")
                                .get("r"));
        MANAGER.update(live, object, "m", NOW);
        assertThat(managed(object)).isEqualTo(managed(live));
    }

    @Test
    void mergesTheOldestUpdatersBeyondTen() {
        ObjectNode object = created("{'k0': '0'}", "m0");
        StringBuilder data = new StringBuilder("'k0': '0'");
        for (int i = 1; i < 12; i++) {
            data.append(", 'k").append(i).append("': '0'");
            object = updated(object, "{" + data + "}", "m" + i, NOW.plusSeconds(i));
        }
        assertThat(managed(object)).hasSize(10);
        assertThat(managed(object).get(0).path("manager").asText()).isEqualTo("ancient-changes");
        assertThat(managed(object).get(0).path("fieldsV1").path("f:data").size())
                .isEqualTo(4);
    }

    @Test
    void applyToAnUntrackedObjectAttributesTheRest() {
        ObjectNode result = MANAGER.apply(
                configMap("{'x': '1'}"),
                Golden.json("{'apiVersion': 'v1', 'kind': 'ConfigMap', 'metadata': {'name': 'a'}, 'data': {'y': '2'}}"),
                "m",
                false,
                NOW);
        assertThat(result.path("data")).hasToString("{\"x\":\"1\",\"y\":\"2\"}");
        assertThat(managed(result)).hasSize(2);
        assertThat(managed(result).get(1).path("manager").asText()).isEqualTo("before-first-apply");
    }

    @Test
    void refusesWhatCannotBeApplied() {
        ObjectNode other = Golden.json("{'apiVersion': 'v1', 'kind': 'Secret', 'metadata': {'name': 'a'}}");
        assertThatThrownBy(() -> MANAGER.apply(configMap("{}"), other, "m", false, NOW))
                .isInstanceOf(ApplyException.BadRequest.class)
                .hasMessage("invalid object type: /v1, Kind=Secret");
        ObjectNode withManaged = configMap("{}");
        ((ObjectNode) withManaged.path("metadata")).putArray("managedFields");
        assertThatThrownBy(() -> MANAGER.apply(configMap("{}"), withManaged, "m", false, NOW))
                .hasMessage("metadata.managedFields must be nil");
        ObjectNode unknown =
                Golden.json("{'apiVersion': 'v1', 'kind': 'ConfigMap', 'metadata': {'name': 'a'}, 'foo': 1}");
        assertThatThrownBy(() -> MANAGER.apply(configMap("{}"), unknown, "m", false, NOW))
                .isInstanceOf(ApplyException.Untyped.class)
                .hasMessage("failed to create typed patch object (/a; /v1, Kind=ConfigMap):"
                        + " .foo: field not declared in schema");
    }

    @Test
    void kubectlTakesOverWhatItsAnnotationSays() {
        ObjectNode live = configMap("{'x': '1'}");
        ((ObjectNode) live.path("metadata"))
                .putObject("annotations")
                .put(
                        LastApplied.ANNOTATION,
                        "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"a\"},\"data\":{\"x\":\"1\"}}");
        MANAGER.update(Golden.json("{}"), live, "kubectl-client-side-apply", NOW);
        ObjectNode applied =
                Golden.json("{'apiVersion': 'v1', 'kind': 'ConfigMap', 'metadata': {'name': 'a'}, 'data': {'x': '2'}}");
        assertThatThrownBy(() -> MANAGER.apply(live, applied, "other", false, NOW))
                .isInstanceOf(ApplyException.Conflict.class);
        ObjectNode result = MANAGER.apply(live, applied, "kubectl", false, NOW);
        assertThat(result.path("data").path("x").asText()).isEqualTo("2");
        assertThat(result.path("metadata")
                        .path("annotations")
                        .path(LastApplied.ANNOTATION)
                        .asText())
                .isEqualTo(applied + "\n");
        assertThat(live.path("data").path("x").asText()).isEqualTo("1");
    }

    @Test
    void forgetsManagersOfVersionsThatAreGone() {
        FieldManager v2 = new FieldManager(
                new GroupVersionKind("", "v2", "ConfigMap"),
                "",
                SCHEMA,
                true,
                FieldSet.EMPTY,
                (object, version) -> Optional.empty());
        ObjectNode live = created("{'x': '1'}", "m");
        ObjectNode object = configMap("{'x': '1', 'y': '2'}");
        v2.update(live, object, "n", NOW);
        assertThat(managed(object)).hasSize(1);
        assertThat(managed(object).get(0).path("apiVersion").asText()).isEqualTo("v2");
    }

    @Test
    void saysThatTheStoredObjectIsIllTyped() {
        GroupVersionKind kind = new GroupVersionKind("", "v1", "Service");
        FieldManager manager = new FieldManager(
                kind, "", Golden.schemas().find(kind).orElseThrow(), true, FieldSet.EMPTY, VersionConverter.NONE);
        ObjectNode live = Golden.json("{'apiVersion': 'v1', 'kind': 'Service', 'metadata': {'name': 'a', 'uid': 'u',"
                + " 'managedFields': [{'manager': 'm', 'operation': 'Update', 'apiVersion': 'v1', 'fieldsType': 'FieldsV1',"
                + " 'fieldsV1': {'f:spec': {}}}]}, 'spec': {'ports': [null]}}");
        ObjectNode applied = Golden.json("{'apiVersion': 'v1', 'kind': 'Service', 'metadata': {'name': 'a'},"
                + " 'spec': {'ports': [{'port': 1, 'protocol': 'TCP'}]}}");
        assertThatThrownBy(() -> manager.apply(live, applied, "m", true, NOW))
                .isInstanceOf(ApplyException.Untyped.class)
                .hasMessageStartingWith("failed to create typed live object (/a; /v1, Kind=Service): ");
    }

    private static final FieldManager CUSTOM = new FieldManager(
            new GroupVersionKind("g", "v1", "K"),
            "",
            Schemas.parseSingle(Golden.json("{'type': 'object', 'properties': {"
                    + "'apiVersion': {'type': 'string'}, 'kind': {'type': 'string'}, 'metadata': {'type': 'object'},"
                    + "'spec': {'type': 'object', 'properties': {'n': {'type': 'integer'}}},"
                    + "'set': {'type': 'array', 'x-kubernetes-list-type': 'set', 'items': {'type': 'string'}}}}")),
            false,
            FieldSet.EMPTY,
            VersionConverter.NONE);

    private static ObjectNode custom(String fields) {
        return Golden.json(
                "{'apiVersion': 'g/v1', 'kind': 'K', 'metadata': {'name': 'a', 'uid': 'u'}, " + fields + "}");
    }

    @Test
    void anObjectThatDoesNotFitItsSchemaLosesItsManagers() {
        ObjectNode live = custom("'spec': {'n': 1}");
        CUSTOM.update(Golden.json("{}"), live, "m", NOW);
        assertThat(managed(live)).hasSize(1);
        ObjectNode misfit = custom("'spec': {'n': 'x'}");
        CUSTOM.update(live, misfit, "m", NOW);
        assertThat(managed(misfit)).isEmpty();
        ObjectNode wasMisfit = misfit.deepCopy();
        ((ObjectNode) wasMisfit.path("metadata"))
                .set("managedFields", live.path("metadata").path("managedFields"));
        ObjectNode mended = custom("'spec': {'n': 2}");
        CUSTOM.update(wasMisfit, mended, "m", NOW);
        assertThat(managed(mended)).isEmpty();
        ObjectNode repeats = custom("'set': ['x', 'x']");
        CUSTOM.update(live, repeats, "m", NOW);
        assertThat(managed(repeats)).hasSize(1);
    }

    @Test
    void nothingIsAppliedToAMisfit() {
        ObjectNode applied = custom("'spec': {'n': 2}");
        assertThatThrownBy(() -> CUSTOM.apply(custom("'spec': {'n': 'x'}"), applied, "m", true, NOW))
                .isInstanceOf(ApplyException.Untyped.class)
                .hasMessage(
                        "failed to create manager for existing fields: failed to convert new object (/a; g/v1, Kind=K)"
                                + " to smd typed: .spec.n: expected numeric (int or float), got string");
        ObjectNode live = custom("'spec': {'n': 1}");
        CUSTOM.update(Golden.json("{}"), live, "m", NOW);
        live.withObject("/spec").put("n", "x");
        assertThatThrownBy(() -> CUSTOM.apply(live, applied, "m", true, NOW))
                .isInstanceOf(ApplyException.Untyped.class)
                .hasMessage("failed to create typed live object (/a; g/v1, Kind=K):"
                        + " .spec.n: expected numeric (int or float), got string");
    }
}
