package io.kybern.apiserver.openapi;

import io.kybern.apiserver.http.EntityTag;
import io.kybern.crd.resource.ResourceDefinition;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What one group version is made of, with the documents made of it so far.
 *
 * @param name the document: {@code apis/example.com/v1}
 * @param custom its custom resources; none for built-in groups
 * @param v3 the whole document
 * @param paths entries of the v2 document's {@code paths}
 * @param definitions entries of the v2 document's {@code definitions}
 */
record Source(String name, List<Served> custom, Document v3, Document paths, Document definitions) {
    /** A custom resource in a version that is served. */
    record Served(ResourceDefinition definition, ResourceDefinition.Version version) {
        boolean is(Served other) {
            return definition == other.definition && version == other.version;
        }
    }

    /** @param tag of all that the built-in documents are made of */
    static Source builtin(String name, String tag) {
        return of(name, List.of(), EntityTag.of(bytes(name), bytes(tag)));
    }

    static Source custom(String name, List<Served> served) {
        List<byte[]> parts = new ArrayList<>();
        parts.add(bytes(name));
        for (Served one : served) {
            ResourceDefinition definition = one.definition();
            parts.add(bytes(definition.names() + " " + definition.scope() + " "
                    + one.version().subresources().keySet().stream().sorted().toList()));
            parts.add(bytes(one.version().schema().identity()));
        }
        return of(name, served, EntityTag.of(parts.toArray(byte[][]::new)));
    }

    private static Source of(String name, List<Served> custom, String tag) {
        return new Source(name, custom, new Document(tag), new Document(tag), new Document(tag));
    }

    boolean madeOf(List<Served> served) {
        if (custom.size() != served.size()) {
            return false;
        }
        for (int i = 0; i < served.size(); i++) {
            if (!custom.get(i).is(served.get(i))) {
                return false;
            }
        }
        return true;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
