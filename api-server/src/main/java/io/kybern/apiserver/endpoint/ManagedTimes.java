package io.kybern.apiserver.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.storage.EncodedObject;
import io.kybern.apiserver.storage.StoredObject;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Predicate;

/**
 * When managers wrote is no change of an object by itself: a write that brings only other times leaves it alone. Source:
 * {@code fieldmanager.IgnoreManagedFieldsTimestampsTransformer}.
 */
final class ManagedTimes {
    private static final String FIELDS = "managedFields";
    private static final String TIME = "time";
    private static final byte[] TIME_MEMBER = "\"time\":\"".getBytes(StandardCharsets.US_ASCII);
    private static final int TIME_LENGTH = "2006-01-02T15:04:05Z".length();

    private ManagedTimes() {}

    /** Whether the bytes differ in nothing but what looks like a time, which is cheap to tell: most updates change more. */
    static boolean mayDifferAlone(EncodedObject updated, StoredObject stored) {
        byte[] now = updated.json();
        if (now.length != stored.encodedLength()) {
            return false;
        }
        byte[] before = stored.encoded().json();
        int at = Arrays.mismatch(now, before);
        while (at >= 0) {
            int end = endOfTime(now, at);
            if (end < 0) {
                return false;
            }
            int next = Arrays.mismatch(now, end, now.length, before, end, before.length);
            at = next < 0 ? -1 : end + next;
        }
        return true;
    }

    /** Where a time ends that the position is in, negative if it is in none. */
    private static int endOfTime(byte[] json, int at) {
        for (int begin = at; begin > at - TIME_LENGTH && begin >= TIME_MEMBER.length; begin--) {
            if (Arrays.equals(json, begin - TIME_MEMBER.length, begin, TIME_MEMBER, 0, TIME_MEMBER.length)) {
                return begin + TIME_LENGTH <= json.length ? begin + TIME_LENGTH : -1;
            }
        }
        return -1;
    }

    /**
     * Whether an update changes times alone.
     *
     * @param same whether an object is the stored one
     */
    static boolean onlyTheyDiffer(ObjectNode updated, ObjectNode existing, Predicate<ObjectNode> same) {
        JsonNode now = updated.path("metadata").path(FIELDS);
        JsonNode before = existing.path("metadata").path(FIELDS);
        if (now.isEmpty() || now.size() != before.size() || now.equals(before)) {
            return false;
        }
        for (int i = 0; i < now.size(); i++) {
            if (!withoutTime(now.get(i)).equals(withoutTime(before.get(i)))) {
                return false;
            }
        }
        ObjectNode candidate = updated.deepCopy();
        candidate.withObject("/metadata").set(FIELDS, before);
        return same.test(candidate);
    }

    private static JsonNode withoutTime(JsonNode entry) {
        return entry instanceof ObjectNode object && object.has(TIME)
                ? object.deepCopy().without(TIME)
                : entry;
    }
}
