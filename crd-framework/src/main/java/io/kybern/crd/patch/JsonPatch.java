package io.kybern.crd.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * JSON patch (RFC 6902) with the leniencies of {@code evanphx/json-patch} 4, which kube-apiserver uses: {@code replace}
 * of a missing field sets it, {@code test} of a missing field against null passes, negative array indices count from
 * the end.
 */
public final class JsonPatch {
    /** Operations in one patch, {@code maxJSONPatchOperations} of k8s.io/apiserver. */
    static final int MAX_OPERATIONS = 10_000;

    /** Bytes that all {@code copy} operations of a patch may add: the limit of a request body. */
    static final long MAX_COPIED_BYTES = 3L * 1024 * 1024;

    private static final Set<String> MEMBERS = Set.of("op", "path", "from", "value");

    private final ArrayNode operations;

    private JsonPatch(ArrayNode operations) {
        this.operations = operations;
    }

    /** @throws PatchException 400 if it is not an array of operations, 413 if there are too many */
    public static JsonPatch of(JsonNode patch) {
        if (patch.isNull()) {
            return new JsonPatch(JsonNodeFactory.instance.arrayNode());
        }
        if (!(patch instanceof ArrayNode array)) {
            throw undecodable(patch, "[]handlers.jsonPatchOp");
        }
        for (JsonNode operation : array) {
            if (!operation.isObject() && !operation.isNull()) {
                throw undecodable(operation, "handlers.jsonPatchOp");
            }
        }
        if (array.size() > MAX_OPERATIONS) {
            throw new PatchException(
                    PatchException.Kind.TOO_LARGE,
                    "The allowed maximum operations in a JSON patch is " + MAX_OPERATIONS + ", got " + array.size());
        }
        return new JsonPatch(array);
    }

    private static PatchException undecodable(JsonNode node, String type) {
        return PatchException.badRequest(
                "error decoding patch: json: cannot unmarshal " + GoJson.kind(node) + " into Go value of type " + type);
    }

    /** Complaints of field validation about members of operations that don't exist. */
    public List<String> unknownMembers() {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < operations.size(); i++) {
            int index = i;
            operations
                    .get(i)
                    .propertyStream()
                    .map(e -> e.getKey())
                    .filter(m -> !MEMBERS.contains(m))
                    .forEach(m -> all.add("json patch unknown field \"[" + index + "]." + m + "\""));
        }
        return all;
    }

    /**
     * The patched document; the argument is not changed. The result is whatever the patch makes of it: mostly an object,
     * an array after {@code replace} of the whole.
     *
     * @throws PatchException 422 if an operation does not apply
     */
    public JsonNode apply(ObjectNode original) {
        Application application = new Application(original.deepCopy());
        for (JsonNode operation : operations) {
            application.run(operation);
        }
        return application.document;
    }

    /** One run of a patch over one document. */
    private static final class Application {
        private JsonNode document;
        private long copiedBytes;

        Application(JsonNode document) {
            this.document = document;
        }

        void run(JsonNode operation) {
            String op = operation.path("op").isTextual() ? operation.path("op").textValue() : "unknown";
            switch (op) {
                case "add" -> add(at(path(operation, op, "path"), op, "path"), value(operation));
                case "remove" -> remove(at(path(operation, op, "path"), op, "path"));
                case "replace" -> replace(operation);
                case "move" -> {
                    Location from = at(path(operation, op, "from"), op, "from path");
                    JsonNode moved = get(from);
                    remove(from);
                    add(
                            at(path(operation, op, "path"), op, "destination path"),
                            moved == null ? NullNode.instance : moved);
                }
                case "copy" -> copy(operation);
                case "test" -> test(operation);
                default -> throw PatchException.rejected("Unexpected kind: " + op);
            }
        }

        private void replace(JsonNode operation) {
            String path = path(operation, "replace", "path");
            JsonNode value = value(operation);
            if (path.isEmpty()) {
                if (!value.isContainerNode()) {
                    throw PatchException.rejected("replace operation value must be object or array");
                }
                document = value;
                return;
            }
            Location location = at(path, "replace", "path");
            if (location.container instanceof ArrayNode array) {
                array.set(index(location, array.size()), value);
            } else {
                ((ObjectNode) location.container).set(location.key, value);
            }
        }

        private void copy(JsonNode operation) {
            JsonNode value = get(at(path(operation, "copy", "from"), "copy", "from path"));
            Location target = at(path(operation, "copy", "path"), "copy", "destination path");
            JsonNode copied = value == null ? NullNode.instance : value.deepCopy();
            copiedBytes += value == null ? 0 : copied.toString().length();
            if (copiedBytes > MAX_COPIED_BYTES) {
                throw PatchException.rejected("Unable to complete the copy, the accumulated size increase of copy is "
                        + copiedBytes + ", exceeding the limit " + MAX_COPIED_BYTES);
            }
            add(target, copied);
        }

        private void test(JsonNode operation) {
            String path = path(operation, "test", "path");
            JsonNode actual = path.isEmpty() ? document : get(at(path, "test", "path"));
            JsonNode expected = operation.get("value");
            boolean none = actual == null || actual.isNull();
            boolean noneExpected = expected == null || expected.isNull();
            boolean same = actual == null || expected == null || none || noneExpected
                    ? none == noneExpected
                    : GoJson.same(actual, expected);
            if (!same) {
                throw PatchException.rejected("testing value " + path + " failed: test failed");
            }
        }

        private static void add(Location location, JsonNode value) {
            if (location.container instanceof ArrayNode array) {
                if (location.key.equals("-")) {
                    array.add(value);
                } else {
                    array.insert(index(location, array.size() + 1), value);
                }
            } else {
                ((ObjectNode) location.container).set(location.key, value);
            }
        }

        private static void remove(Location location) {
            if (location.container instanceof ArrayNode array) {
                array.remove(index(location, array.size()));
            } else if (((ObjectNode) location.container).remove(location.key) == null) {
                throw PatchException.rejected("error in remove for path: '" + location.path
                        + "': Unable to remove nonexistent key: " + location.key + ": missing value");
            }
        }

        private static @Nullable JsonNode get(Location location) {
            return location.container instanceof ArrayNode array
                    ? array.get(index(location, array.size()))
                    : location.container.get(location.key);
        }

        private static int index(Location location, int size) {
            int index;
            try {
                index = Integer.parseInt(location.key);
            } catch (NumberFormatException e) {
                throw PatchException.rejected("value was not a proper array index: '" + location.key + "'");
            }
            if (index >= size || index < -size) {
                throw PatchException.rejected(
                        "Unable to access invalid index: " + index + ": invalid index referenced");
            }
            return index < 0 ? index + size : index;
        }

        private Location at(String path, String op, String what) {
            String[] parts = path.split("/", -1);
            JsonNode node = parts.length < 2 ? null : document;
            for (int i = 1; i < parts.length - 1 && node != null; i++) {
                String key = decode(parts[i]);
                node = node instanceof ArrayNode array ? element(array, key) : node.get(key);
            }
            if (node == null || !node.isContainerNode()) {
                throw PatchException.rejected(
                        op + " operation does not apply: doc is missing " + what + ": \"" + path + "\": missing value");
            }
            return new Location(node, decode(parts[parts.length - 1]), path);
        }

        private static @Nullable JsonNode element(ArrayNode array, String key) {
            try {
                int index = Integer.parseInt(key);
                return array.get(index < 0 ? index + array.size() : index);
            } catch (NumberFormatException e) {
                return null;
            }
        }

        private static String path(JsonNode operation, String op, String member) {
            JsonNode path = operation.path(member);
            if (!path.isTextual()) {
                throw PatchException.rejected(op + " operation failed to decode " + member + ": missing value");
            }
            return path.textValue();
        }

        private static JsonNode value(JsonNode operation) {
            JsonNode value = operation.get("value");
            return value == null ? NullNode.instance : value.deepCopy();
        }

        private static String decode(String key) {
            return key.indexOf('~') < 0 ? key : key.replace("~1", "/").replace("~0", "~");
        }
    }

    private record Location(JsonNode container, String key, String path) {}
}
