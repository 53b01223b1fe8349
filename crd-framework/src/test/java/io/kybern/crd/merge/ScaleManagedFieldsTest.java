package io.kybern.crd.merge;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.golden.Golden;
import io.kybern.crd.resource.GroupVersionKind;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ScaleManagedFieldsTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final ScaleManagedFields FIELDS =
            new ScaleManagedFields("apps/v1", Map.of("apps/v1", List.of("spec", "replicas")));
    private static final JsonNode OBJECT = Golden.json("{'m': [{'manager': 'm1', 'operation': 'Apply',"
                    + " 'apiVersion': 'apps/v1', 'time': '2026-01-01T00:00:00Z', 'fieldsType': 'FieldsV1', 'fieldsV1':"
                    + " {'f:spec': {'f:selector': {}, 'f:replicas': {}}}}]}")
            .get("m");

    private static ObjectNode scale(int replicas, JsonNode managed) {
        ObjectNode scale = Golden.json("{'apiVersion': 'autoscaling/v1', 'kind': 'Scale', 'metadata': {'name': 'd',"
                + " 'uid': 'u'}, 'spec': {'replicas': " + replicas + "}}");
        ((ObjectNode) scale.path("metadata")).set("managedFields", managed);
        return scale;
    }

    @Test
    void aScaleByAnotherTakesTheReplicas() {
        ArrayNode before = FIELDS.toScale(OBJECT);
        assertThat(before).hasSize(1);
        assertThat(before.get(0).path("fieldsV1")).hasToString("{\"f:spec\":{\"f:replicas\":{}}}");
        GroupVersionKind kind = new GroupVersionKind("autoscaling", "v1", "Scale");
        FieldManager manager = new FieldManager(
                kind, "scale", Golden.schemas().find(kind).orElseThrow(), true, FieldSet.EMPTY, VersionConverter.NONE);
        ObjectNode updated = scale(5, before);
        manager.update(scale(2, before), updated, "hpa", NOW);
        ArrayNode after = FIELDS.toObject(OBJECT, updated.path("metadata").path("managedFields"));
        assertThat(after).hasSize(2);
        assertThat(after.get(0).path("fieldsV1")).hasToString("{\"f:spec\":{\"f:selector\":{}}}");
        assertThat(after.get(1))
                .hasToString("{\"manager\":\"hpa\",\"operation\":\"Update\",\"apiVersion\":\"apps/v1\","
                        + "\"fieldsType\":\"FieldsV1\",\"fieldsV1\":{\"f:spec\":{\"f:replicas\":{}}},"
                        + "\"subresource\":\"scale\"}");
    }

    @Test
    void anUnchangedScaleLeavesTheObjectsEntries() {
        assertThat(FIELDS.toObject(OBJECT, FIELDS.toScale(OBJECT))).isEqualTo(OBJECT);
    }
}
