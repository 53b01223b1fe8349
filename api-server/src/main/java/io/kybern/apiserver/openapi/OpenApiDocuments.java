package io.kybern.apiserver.openapi;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.openapi.Document.Form;
import io.kybern.apiserver.registry.ResourceRegistry;
import io.kybern.apiserver.wire.JsonWriter;
import io.kybern.crd.resource.ResourceDefinition;
import io.kybern.crd.schema.Schemas;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Which documents there are now, and their bytes. Blocks while a document is made; thread-safe. */
public final class OpenApiDocuments {
    private static final Supplier<MessageEncoder> V3 = lazily("v3.messages");
    private static final Supplier<MessageEncoder> V2 = lazily("v2.messages");

    private final BuiltinOperations operations = new BuiltinOperations();
    private final Descriptions descriptions = new Descriptions();
    private final Supplier<Schemas> builtin;
    private final ResourceRegistry registry;
    private volatile @Nullable Sources current;

    /**
     * What was served while {@code definitions} held.
     *
     * @param documents v3 documents by name
     * @param v2 what the v2 document is put together from: all built-in groups, then each custom group version
     */
    record Sources(List<ResourceDefinition> definitions, SortedMap<String, Source> documents, List<Source> v2) {}

    public OpenApiDocuments(Supplier<Schemas> builtin, ResourceRegistry registry) {
        this.builtin = builtin;
        this.registry = registry;
    }

    Sources sources() {
        Sources known = current;
        if (known == null || known.definitions() != registry.definitions()) {
            synchronized (this) {
                known = current;
                List<ResourceDefinition> definitions = registry.definitions();
                if (known == null || known.definitions() != definitions) {
                    known = make(definitions, Optional.ofNullable(known));
                    current = known;
                }
            }
        }
        return known;
    }

    private Sources make(List<ResourceDefinition> definitions, Optional<Sources> before) {
        SortedMap<String, Source> documents = new TreeMap<>();
        List<Source> v2 = new ArrayList<>();
        if (before.isPresent()) {
            before.get().documents().values().stream()
                    .filter(source -> source.custom().isEmpty())
                    .forEach(source -> documents.put(source.name(), source));
            v2.add(before.get().v2().getFirst());
        } else {
            String tag = Resources.tag();
            operations.byDocument().sequencedKeySet().forEach(name -> documents.put(name, Source.builtin(name, tag)));
            v2.add(Source.builtin("", tag));
        }
        served(definitions).forEach((name, served) -> {
            Source source = before.flatMap(
                            b -> Optional.ofNullable(b.documents().get(name)).filter(s -> s.madeOf(served)))
                    .orElseGet(() -> Source.custom(name, served));
            documents.put(name, source);
            v2.add(source);
        });
        return new Sources(definitions, Collections.unmodifiableSortedMap(documents), List.copyOf(v2));
    }

    private static Map<String, List<Source.Served>> served(List<ResourceDefinition> definitions) {
        Map<String, List<Source.Served>> out = new LinkedHashMap<>();
        for (ResourceDefinition definition : definitions) {
            if (definition.custom()) {
                definition.versions().stream()
                        .filter(ResourceDefinition.Version::served)
                        .forEach(version -> out.computeIfAbsent(
                                        "apis/" + definition.group() + "/" + version.name(), n -> new ArrayList<>())
                                .add(new Source.Served(definition, version)));
            }
        }
        return out;
    }

    /** A v3 document. */
    byte[] v3(Source source, Form form) {
        return source.v3().bytes(form, () -> {
            ObjectNode document = new V3Document(descriptions)
                    .of(source.name(), operations(source), customSchemas(source, false), builtin.get());
            return form == Form.JSON ? JsonWriter.bytes(document) : V3.get().encode("Document", document);
        });
    }

    /** The head of the v2 document: all but paths and definitions. */
    byte[] v2Head(Form form) {
        ObjectNode head =
                new V2Document(descriptions).head(operations.byDocument().values());
        return form == Form.JSON ? JsonWriter.bytes(head) : V2.get().encode("Document", head);
    }

    /** Entries of the v2 document's paths: members without the braces around them, or repeated fields. */
    byte[] v2Paths(Source source, Form form) {
        return source.paths()
                .bytes(form, () -> entries("Paths", new V2Document(descriptions).paths(operations(source)), form));
    }

    byte[] v2Definitions(Source source, Form form) {
        return source.definitions().bytes(form, () -> {
            if (source.custom().isEmpty()) {
                Map<String, ObjectNode> schemas = SchemaReferences.closure(builtin.get(), roots());
                return entries("Definitions", new V2Document(descriptions).builtinDefinitions(schemas), form);
            }
            Map<String, ObjectNode> schemas = new TreeMap<>();
            customSchemas(source, true).properties().forEach(e -> schemas.put(e.getKey(), (ObjectNode) e.getValue()));
            return entries("Definitions", V2Document.definitions(schemas), form);
        });
    }

    private static byte[] entries(String message, ObjectNode entries, Form form) {
        if (form == Form.PROTOBUF) {
            return V2.get().encode(message, entries);
        }
        byte[] json = JsonWriter.bytes(entries);
        return java.util.Arrays.copyOfRange(json, 1, json.length - 1);
    }

    private Set<String> roots() {
        Set<String> out = new LinkedHashSet<>();
        operations
                .byDocument()
                .values()
                .forEach(list -> list.forEach(operation -> {
                    out.addAll(operation.returns().values());
                    operation.body().ifPresent(out::add);
                }));
        return out;
    }

    private List<Operation> operations(Source source) {
        List<Operation> out = new ArrayList<>();
        if (!source.custom().isEmpty()) {
            source.custom().forEach(s -> out.addAll(CustomOperations.of(s.definition(), s.version())));
        } else if (source.name().isEmpty()) {
            operations.byDocument().values().forEach(out::addAll);
        } else {
            out.addAll(operations.byDocument().getOrDefault(source.name(), List.of()));
        }
        return out;
    }

    private ObjectNode customSchemas(Source source, boolean v2) {
        ObjectNode out = JsonNodeFactory.instance.objectNode();
        CustomSchemas schemas = new CustomSchemas(descriptions, v2);
        source.custom().forEach(s -> schemas.addTo(out, s.definition(), s.version()));
        return out;
    }

    private static Supplier<MessageEncoder> lazily(String table) {
        return new Supplier<>() {
            private volatile @Nullable MessageEncoder made;

            @Override
            public MessageEncoder get() {
                MessageEncoder known = made;
                if (known == null) {
                    known = new MessageEncoder(MessageTable.read(table));
                    made = known;
                }
                return known;
            }
        };
    }
}
