package io.kybern.apiserver.storage;

import java.util.Map;
import java.util.Set;

/**
 * What objects are searched by, as bits: of 64, two for each label with its value, and for some fields with theirs. Objects with other
 * labels may have the same bits, so who finds one by them looks again.
 */
public final class Marks {
    /** Fields that large clusters are searched by; others would only fill the bits. */
    private static final Set<String> FIELDS = Set.of("spec.nodeName");

    private Marks() {}

    static long of(Map<String, String> labels, Map<String, String> fields) {
        long marks = 0;
        for (Map.Entry<String, String> label : labels.entrySet()) {
            marks |= of(label.getKey(), label.getValue());
        }
        for (String field : FIELDS) {
            String value = fields.get(field);
            if (value != null) {
                marks |= of(field, value);
            }
        }
        return marks;
    }

    /** Of one label, or of one of {@link #FIELDS}. */
    public static long of(String name, String value) {
        int hash = (31 * name.hashCode() + value.hashCode()) * 0x9E3779B9; // spreads what differs in the last letter
        return 1L << (hash >>> 26) | 1L << (hash >>> 20);
    }

    /** Whether objects that have this field also have its mark. */
    public static boolean hasField(String field) {
        return FIELDS.contains(field);
    }
}
