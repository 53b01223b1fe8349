package io.kybern.apiserver.storage.converted;

import io.kybern.apiserver.storage.EncodedObject;
import io.kybern.apiserver.storage.StoredObject;
import java.util.List;

/** Shows stored objects in one version of their kind. Used by many threads at once. */
public interface Converter {
    /** Whether an object was stored in that version, so that it is served as it is. Cheap. */
    boolean isCurrent(StoredObject object);

    /** Whether {@link #convert} asks somebody else and waits for the answer: never on an event loop. */
    boolean blocks();

    /**
     * The objects in that version, in the same order.
     *
     * @throws ConversionException if one of them can't be
     */
    List<EncodedObject> convert(List<StoredObject> objects);
}
