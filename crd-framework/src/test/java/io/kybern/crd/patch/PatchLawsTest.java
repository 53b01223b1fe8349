package io.kybern.crd.patch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.golden.Golden;
import io.kybern.crd.resource.GroupVersionKind;
import io.kybern.crd.schema.Schema;
import io.kybern.fuzz.Documents;
import io.kybern.fuzz.Fuzz;
import io.kybern.fuzz.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What holds of any document and any patch: a result or a {@link PatchException}, and the original as it was. */
@Tag("fuzz")
class PatchLawsTest {
    private static final List<String> NAMES = List.of("a", "b", "c", "metadata", "kind");
    private static final Schema DEPLOYMENT = Golden.schemas()
            .find(new GroupVersionKind("apps", "v1", "Deployment"))
            .orElseThrow();
    private static final List<String> STRATEGIC = List.of(
            "spec",
            "template",
            "containers",
            "name",
            "ports",
            "containerPort",
            "protocol",
            "env",
            "metadata",
            "finalizers",
            "labels",
            "strategy",
            "type",
            "volumes",
            "$patch",
            "$retainKeys",
            "$setElementOrder/containers",
            "$setElementOrder/finalizers",
            "$deleteFromPrimitiveList/finalizers",
            "replace",
            "delete",
            "merge");

    @Test
    void anyJsonPatchIsAppliedOrRefused() {
        Fuzz.check(500, source -> {
            ObjectNode original = source.note("original", Documents.object(source, NAMES, 3));
            JsonNode patch = source.note("patch", jsonPatch(source));
            unchanged(original, () -> JsonPatch.of(patch).apply(original));
        });
    }

    private static JsonNode jsonPatch(Source source) {
        if (source.onceIn(30)) {
            return Documents.value(source, NAMES, 2);
        }
        ArrayNode patch = JsonNodeFactory.instance.arrayNode();
        int operations = source.below(6);
        for (int i = 0; i < operations; i++) {
            ObjectNode operation = patch.addObject()
                    .put("op", source.of("add", "remove", "replace", "move", "copy", "test", "", "x"))
                    .put("path", pointer(source));
            if (!source.onceIn(4)) {
                operation.set("value", Documents.value(source, NAMES, 2));
            }
            if (source.onceIn(2)) {
                operation.put("from", pointer(source));
            }
            if (source.onceIn(20)) {
                operation.set(source.of("op", "path", "from", "other"), Documents.value(source, NAMES, 1));
            }
        }
        return patch;
    }

    private static String pointer(Source source) {
        if (source.onceIn(20)) {
            return source.text();
        }
        StringBuilder out = new StringBuilder();
        source.list(
                        0,
                        3,
                        s -> s.of(
                                "a", "b", "c", "0", "1", "-", "-1", "", "~0", "~1", "~", "99999999999", "-2147483648"))
                .forEach(part -> out.append('/').append(part));
        return out.toString();
    }

    @Test
    void whatIsAddedIsThereAndCanBeRemoved() {
        Fuzz.check(200, source -> {
            ObjectNode original = source.note("original", Documents.object(source, NAMES, 3));
            JsonNode value = source.note("value", Documents.value(source, NAMES, 2));
            String name = source.note("name", "new" + source.text());
            String path = "/" + name.replace("~", "~0").replace("/", "~1");
            ArrayNode add = JsonNodeFactory.instance.arrayNode();
            add.addObject().put("op", "add").put("path", path).set("value", value);
            add.addObject().put("op", "test").put("path", path).set("value", value);
            JsonNode added = JsonPatch.of(add).apply(original);
            assertThat(added.get(name)).isEqualTo(value);
            ArrayNode remove = JsonNodeFactory.instance.arrayNode();
            remove.addObject().put("op", "remove").put("path", path);
            assertThat(JsonPatch.of(remove).apply((ObjectNode) added)).isEqualTo(original);
        });
    }

    @Test
    void mergePatchesAreThoseOfTheStandard() {
        Fuzz.check(500, source -> {
            ObjectNode original = source.note("original", Documents.object(source, NAMES, 4));
            ObjectNode patch = source.note("patch", withoutListsOfObjects(Documents.object(source, NAMES, 4)));
            ObjectNode before = original.deepCopy();
            ObjectNode patched = MergePatch.apply(original, patch);
            assertThat(patched).isEqualTo(standardMerge(original, patch));
            assertThat(original).isEqualTo(before);
            assertThat(MergePatch.apply(patched, patch)).as("again").isEqualTo(patched);
        });
    }

    /** The original drops nulls also in the objects of lists, the standard does not: leave those out. */
    private static ObjectNode withoutListsOfObjects(ObjectNode patch) {
        ObjectNode out = patch.deepCopy();
        List<JsonNode> all = new ArrayList<>();
        all.add(out);
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i) instanceof ArrayNode array) {
                array.removeAll();
            }
            all.get(i).forEach(all::add);
        }
        return out;
    }

    /** RFC 7386, section 2, to the letter. */
    private static JsonNode standardMerge(JsonNode target, JsonNode patch) {
        if (!patch.isObject()) {
            return patch;
        }
        ObjectNode out = target.isObject() ? target.deepCopy() : JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, JsonNode> e : patch.properties()) {
            if (e.getValue().isNull()) {
                out.remove(e.getKey());
            } else {
                out.set(e.getKey(), standardMerge(out.path(e.getKey()), e.getValue()));
            }
        }
        return out;
    }

    @Test
    void anyStrategicPatchIsAppliedOrRefused() {
        Fuzz.check(500, source -> {
            ObjectNode original = source.note("original", Documents.mutated(source, deployment(), STRATEGIC));
            ObjectNode patch = source.note(
                    "patch",
                    source.onceIn(3)
                            ? Documents.object(source, STRATEGIC, 5)
                            : Documents.mutated(source, strategicPatch(), STRATEGIC));
            unchanged(original, () -> StrategicMergePatch.apply(original, patch, DEPLOYMENT));
        });
    }

    private static ObjectNode deployment() {
        return Golden.json("{'metadata': {'name': 'x', 'finalizers': ['a', 'b'], 'labels': {'a': 'b'}}, 'spec': {"
                + "'strategy': {'type': 'RollingUpdate', 'rollingUpdate': {}}, 'template': {'spec': {"
                + "'volumes': [{'name': 'v', 'emptyDir': {}}], 'containers': ["
                + "{'name': 'a', 'ports': [{'containerPort': 1, 'protocol': 'TCP'}]}, {'name': 'b', 'env': []}]}}}}");
    }

    private static ObjectNode strategicPatch() {
        return Golden.json(
                "{'metadata': {'$deleteFromPrimitiveList/finalizers': ['a'], 'finalizers': ['c'],"
                        + "'$setElementOrder/finalizers': ['c', 'b'], 'labels': null}, 'spec': {'strategy': {'$retainKeys': ['type'],"
                        + "'type': 'Recreate'}, 'template': {'spec': {'volumes': [{'$patch': 'replace'}, {'name': 'w'}],"
                        + "'$setElementOrder/containers': [{'name': 'b'}, {'name': 'a'}], 'containers': ["
                        + "{'name': 'a', '$patch': 'delete'}, {'name': 'b', 'ports': [{'containerPort': 2, 'name': 'n'}]}]}}}}");
    }

    private static void unchanged(ObjectNode original, Runnable patch) {
        ObjectNode before = original.deepCopy();
        try {
            patch.run();
        } catch (PatchException e) {
            assertThat(e.statusMessage()).isNotBlank();
        }
        assertThat(original).isEqualTo(before);
    }
}
