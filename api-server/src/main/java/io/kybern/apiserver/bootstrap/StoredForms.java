package io.kybern.apiserver.bootstrap;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.kybern.apiserver.registry.Resource;
import io.kybern.apiserver.registry.ResourceRegistry;
import io.kybern.apiserver.storage.EncodedObject;
import io.kybern.apiserver.storage.ObjectKey;
import io.kybern.apiserver.wire.JsonTree;
import io.kybern.apiserver.wire.JsonWriter;
import io.kybern.crd.resource.ResourceDefinition;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * The {@linkplain BootstrapObjects first objects} in the form in which they are stored when the server writes them like anybody's: with
 * defaults, managed fields and the status that follows. A server of a new cluster stores these. To send 200 objects through all that a
 * request goes through takes a JVM that has just started half a second, for what is the same each time.
 *
 * <p>{@code stored.jsonl} has an object a line, as JSON without its revision, in which <code>${…}</code> stand for what differs: {@code
 * uid}, and the {@linkplain BootstrapParameters parameters}. {@code FirstObjectsTest} makes the file, and fails when it isn't what the
 * server would write.
 */
final class StoredForms {
    private static final String METADATA = "\"metadata\":";
    private static final String UID = "\"uid\":\"";
    private static final String MANAGED = ",\"managedFields\":[";
    /** Of the text of a uid, its quote, and the comma behind it. */
    private static final int UID_LENGTH = 36 + 2;

    /** How an object says that each release keeps it up to date. */
    private static final String AUTO_UPDATE = "\"rbac.authorization.kubernetes.io/autoupdate\":\"true\"";

    private final ResourceRegistry registry;
    private final BootstrapParameters parameters;
    private final Map<String, String> values = new HashMap<>();
    private final Map<String, Resource> resources = new HashMap<>();

    StoredForms(ResourceRegistry registry, BootstrapParameters parameters) {
        this.registry = registry;
        this.parameters = parameters;
    }

    /** An object, and where it belongs. */
    record Form(Resource resource, ObjectKey key, EncodedObject object) {}

    /** All of them, at each call with other uids. */
    List<Form> all() {
        List<Form> forms = new ArrayList<>();
        for (String template : templates()) {
            forms.add(new Given(template).form());
        }
        return forms;
    }

    /** An object as it is given to a new cluster, and where that has it. */
    final class Given {
        private final String template;
        private final String kind;
        private final Resource resource;
        private final ObjectKey key;

        private Given(String template) {
            this.template = template;
            this.kind = text(template, "kind");
            this.resource = resources.computeIfAbsent(kind, StoredForms.this::resource);
            String names = template.substring(template.indexOf(METADATA), template.indexOf(UID));
            this.key = resource.key(text(names, "namespace"), fill(text(names, "name")));
        }

        Name name() {
            return new Name(kind, key);
        }

        /** With a new uid. */
        private Form form() {
            String json = fill(template);
            int metadata = json.indexOf(METADATA);
            int splice = json.indexOf(UID, metadata) + UID.length() + UID_LENGTH;
            byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
            return new Form(
                    resource,
                    key,
                    new EncodedObject(bytes, metadata, splice, labels(json, metadata), fields(resource, bytes)));
        }

        /** Whether it is there and nothing has to be asked of it: what somebody may have changed has to be looked at. */
        boolean isSettled() {
            return resource.store()
                    .get(key)
                    .map(stored -> new String(stored.encoded().json(), StandardCharsets.UTF_8))
                    .filter(json -> !json.contains(AUTO_UPDATE) || isMadeOf(template, json))
                    .isPresent();
        }
    }

    /** Tells an object of others, of all kinds. */
    record Name(String kind, ObjectKey key) {}

    /** All of them, those of a kind together. */
    Collection<List<Given>> given() {
        Map<String, List<Given>> byKind = new LinkedHashMap<>();
        for (String template : templates()) {
            Given given = new Given(template);
            byKind.computeIfAbsent(given.kind, unused -> new ArrayList<>()).add(given);
        }
        return byKind.values();
    }

    /** Whether a text is a template with texts without quotes in its places. */
    private static boolean isMadeOf(String template, String json) {
        int from = 0;
        int in = 0;
        for (int at = template.indexOf("${"); at >= 0; at = template.indexOf("${", from)) {
            int length = at - from;
            if (!json.regionMatches(in, template, from, length)) {
                return false;
            }
            from = template.indexOf('}', at) + 1;
            in = json.indexOf('"', in + length);
            if (in < 0) {
                return false;
            }
        }
        return json.length() - in == template.length() - from
                && json.regionMatches(in, template, from, template.length() - from);
    }

    private static List<String> templates() {
        try (InputStream in = StoredForms.class.getResourceAsStream("stored.jsonl")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String fill(String template) {
        StringBuilder out = new StringBuilder(template.length() + 1024);
        int from = 0;
        for (int at = template.indexOf("${"); at >= 0; at = template.indexOf("${", from)) {
            int end = template.indexOf('}', at);
            String name = template.substring(at + 2, end);
            out.append(template, from, at)
                    .append(name.equals("uid") ? UUID.randomUUID().toString() : value(name));
            from = end + 1;
        }
        return out.append(template, from, template.length()).toString();
    }

    /** As it stands between the quotes of a JSON text. */
    private String value(String name) {
        return values.computeIfAbsent(name, unused -> {
            byte[] quoted = JsonWriter.bytes(TextNode.valueOf(parameters.value(name)));
            return new String(quoted, 1, quoted.length - 2, StandardCharsets.UTF_8);
        });
    }

    /** The value of the first member of this name; empty if there is none. */
    private static String text(String json, String member) {
        String begin = "\"" + member + "\":\"";
        int at = json.indexOf(begin);
        return at < 0 ? "" : json.substring(at + begin.length(), json.indexOf('"', at + begin.length()));
    }

    private Resource resource(String kind) {
        return registry.definitions().stream()
                .filter(definition ->
                        !definition.custom() && definition.names().kind().equals(kind))
                .map(ResourceDefinition::groupResource)
                .flatMap(resource -> registry.stored(resource).stream())
                .findFirst()
                .orElseThrow();
    }

    /** Of the metadata without their last member, which is most of them. */
    private static Map<String, String> labels(String json, int metadata) {
        String head = json.substring(metadata + METADATA.length(), json.indexOf(MANAGED, metadata)) + "}";
        if (!head.contains("\"labels\":{")) {
            return Map.of();
        }
        Map<String, String> out = new HashMap<>();
        JsonTree.parseStored(head.getBytes(StandardCharsets.UTF_8))
                .path("labels")
                .properties()
                .forEach(label -> out.put(label.getKey(), label.getValue().asText()));
        return out;
    }

    private static Map<String, String> fields(Resource resource, byte[] json) {
        if (resource.strategy().selectableFieldNames().isEmpty()) {
            return Map.of();
        }
        ObjectNode tree = JsonTree.parseStored(json);
        return resource.strategy().selectableFields(tree);
    }
}
