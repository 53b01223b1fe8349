package io.kybern.apiserver.storage;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;

/**
 * An object on its way to the store: its JSON without {@code metadata.resourceVersion}, and what the cache indexes of it.
 *
 * <p>The JSON starts {@code {"kind":"K","apiVersion":"V","metadata":{} …}; at {@code spliceOffset} (inside
 * {@code metadata}, right before another member or the closing brace) {@code "resourceVersion":"N",} goes in when the
 * revision is known. At {@code itemOffset} stands the {@code "metadata"} member: a list item of a built-in kind is
 * <code>{</code> and the bytes from there.
 *
 * @param labels {@code metadata.labels}
 * @param fields values of the kind's selectable fields, without name and namespace
 */
public record EncodedObject(
        byte[] json, int itemOffset, int spliceOffset, Map<String, String> labels, Map<String, String> fields) {
    private static final int FEW = 64;

    public EncodedObject {
        labels = kept(labels);
        fields = kept(fields);
    }

    /** Small ones compactly; in many keys somebody may have made all hashes equal, which takes a table with trees. */
    private static Map<String, String> kept(Map<String, String> map) {
        return map.size() <= FEW ? Map.copyOf(map) : Collections.unmodifiableMap(new HashMap<>(map));
    }
}
