package io.kybern.apiserver.storage.cache;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.storage.EncodedObject;
import io.kybern.apiserver.storage.ObjectKey;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.function.UnaryOperator;

/**
 * What a cache must know of its resource.
 *
 * @param prefix where its objects are in the store, ending in a slash: {@code /registry/pods/}
 * @param namespaced whether keys are {@code prefix namespace/name} or {@code prefix name}
 * @param fields the values of the selectable fields of an object; empty if the kind has none beyond name and namespace
 * @param reader makes of the JSON of an object that was stored before what is served now, for kinds that may have changed
 *     in between; it sees no object of this process's own writing, which is current. Empty: all is served as it is stored
 * @param foreign the same of any value that the original may have written, JSON or protobuf; empty: such are refused
 * @param toProtobuf makes of the JSON of an object what the original stores by default; of some kinds that is JSON, too
 * @param sizeInOriginal how many bytes the original would store of the JSON of an object, which is asked of large ones only
 */
public record CachedResource(
        String prefix,
        boolean namespaced,
        Optional<Function<ObjectNode, Map<String, String>>> fields,
        Optional<Function<byte[], EncodedObject>> reader,
        Optional<Function<byte[], EncodedObject>> foreign,
        UnaryOperator<byte[]> toProtobuf,
        ToLongFunction<byte[]> sizeInOriginal) {
    /** What the original stores as JSON it ends with a line feed. */
    public static final ToLongFunction<byte[]> JSON_SIZE = json -> json.length + 1L;

    /** A resource whose objects are served as they are stored. */
    public CachedResource(
            String prefix, boolean namespaced, Optional<Function<ObjectNode, Map<String, String>>> fields) {
        this(prefix, namespaced, fields, Optional.empty(), Optional.empty(), UnaryOperator.identity(), JSON_SIZE);
    }

    public CachedResource {
        if (!prefix.endsWith("/")) {
            throw new IllegalArgumentException("prefix must end in a slash: " + prefix);
        }
    }

    String storeKey(ObjectKey key) {
        return prefix + key.path();
    }

    ObjectKey objectKey(String storeKey) {
        int start = prefix.length();
        if (!namespaced) {
            return new ObjectKey("", storeKey.substring(start));
        }
        int slash = storeKey.indexOf('/', start);
        if (slash < 0) {
            throw new IllegalArgumentException(storeKey + " names no namespace");
        }
        return new ObjectKey(storeKey.substring(start, slash).intern(), storeKey.substring(slash + 1));
    }

    /** The key behind all keys of the resource. */
    String end() {
        return prefix.substring(0, prefix.length() - 1) + (char) ('/' + 1);
    }
}
