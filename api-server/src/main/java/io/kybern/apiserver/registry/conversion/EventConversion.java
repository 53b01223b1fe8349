package io.kybern.apiserver.registry.conversion;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.registry.Conversion;
import java.util.Map;

/** Events of {@code events.k8s.io/v1}, stored in the form of the core group. Members differ in name alone. */
public final class EventConversion implements Conversion {
    private static final Map<String, String> CORE_NAMES = Map.of(
            "note", "message",
            "regarding", "involvedObject",
            "reportingController", "reportingComponent",
            "deprecatedSource", "source",
            "deprecatedFirstTimestamp", "firstTimestamp",
            "deprecatedLastTimestamp", "lastTimestamp",
            "deprecatedCount", "count");

    @Override
    public ObjectNode toStorage(ObjectNode served) {
        CORE_NAMES.forEach((name, core) -> rename(served, name, core));
        return served;
    }

    @Override
    public ObjectNode fromStorage(ObjectNode stored) {
        CORE_NAMES.forEach((name, core) -> rename(stored, core, name));
        return stored;
    }

    private static void rename(ObjectNode event, String from, String to) {
        JsonNode value = event.remove(from);
        if (value != null) {
            event.set(to, value);
        }
    }
}
