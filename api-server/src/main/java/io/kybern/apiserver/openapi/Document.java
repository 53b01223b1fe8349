package io.kybern.apiserver.openapi;

import java.lang.ref.SoftReference;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Supplier;

/** A document that is known by its tag and made when it is asked for. Its bytes go when memory is short. Thread-safe. */
final class Document {
    /** How a document is written. */
    enum Form {
        JSON,
        PROTOBUF
    }

    private final String tag;
    private final Map<Form, SoftReference<byte[]>> kept = new EnumMap<>(Form.class);

    /** @param tag tells apart all that the document is made of */
    Document(String tag) {
        this.tag = tag;
    }

    String tag() {
        return tag;
    }

    boolean isKept(Form form) {
        return find(form) != null;
    }

    synchronized byte[] bytes(Form form, Supplier<byte[]> make) {
        byte[] known = find(form);
        if (known == null) {
            known = make.get();
            kept.put(form, new SoftReference<>(known));
        }
        return known;
    }

    private synchronized byte @org.jspecify.annotations.Nullable [] find(Form form) {
        SoftReference<byte[]> reference = kept.get(form);
        return reference == null ? null : reference.get();
    }
}
