package io.kybern.apiserver.conversion;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Turns objects of a custom kind into those of another of its versions. Used by many threads at once. */
public interface VersionConversion {
    /** What versions differ in is their names alone. */
    VersionConversion RENAMING = new VersionConversion() {
        @Override
        public boolean blocks() {
            return false;
        }

        @Override
        public List<ObjectNode> convert(List<ObjectNode> objects, String apiVersion) {
            return objects.stream().map(o -> o.put("apiVersion", apiVersion)).toList();
        }
    };

    /** Whether a conversion waits for somebody else: never on an event loop. */
    boolean blocks();

    /**
     * The objects in a version, in the same order, with nothing pruned or defaulted.
     *
     * @param objects of other versions; changed or not, no longer the caller's
     * @throws io.kybern.apiserver.storage.converted.ConversionException if one of them can't be converted
     */
    List<ObjectNode> convert(List<ObjectNode> objects, String apiVersion);
}
