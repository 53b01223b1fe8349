package io.kybern.apiserver.wire;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds repeated members in any JSON, for bodies that are not decoded by a wire type. */
public final class DuplicateFields {
    private DuplicateFields() {}

    /** {@code duplicate field "path"} for each, in the order of the document. */
    public static List<String> find(byte[] json, String prefix) {
        List<String> found = new ArrayList<>();
        try (JsonParser parser = JsonTree.FACTORY.createParser(json)) {
            parser.nextToken();
            walk(parser, null, prefix, found);
        } catch (IOException e) {
            return found;
        }
        return found;
    }

    private static void walk(JsonParser parser, @Nullable FieldPath path, String prefix, List<String> found)
            throws IOException {
        if (parser.currentToken() == JsonToken.START_ARRAY) {
            for (int i = 0; parser.nextToken() != JsonToken.END_ARRAY; i++) {
                walk(parser, path == null ? FieldPath.ofIndex(i) : path.index(i), prefix, found);
            }
        } else if (parser.currentToken() == JsonToken.START_OBJECT) {
            Set<String> names = new HashSet<>();
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String name = parser.currentName();
                FieldPath child = path == null ? FieldPath.of(name) : path.child(name);
                if (!names.add(name)) {
                    found.add(prefix + "duplicate field " + FieldErrors.quote(child.toString()));
                }
                parser.nextToken();
                walk(parser, child, prefix, found);
            }
        }
    }
}
