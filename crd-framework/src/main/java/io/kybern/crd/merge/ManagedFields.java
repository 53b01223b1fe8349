package io.kybern.crd.merge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.schema.Schema;
import io.kybern.crd.value.KubeTime;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The {@code metadata.managedFields} of an object while a write works on it: what each manager owns, and when it last
 * changed something. Field sets are parsed when they are first asked for, and those that nobody touches are written as
 * they were. Not thread-safe.
 */
final class ManagedFields {
    /**
     * Who owns fields: a name, with what it does and where. Two applies of one manager in two versions are one manager;
     * two updates are not.
     *
     * @param apiVersion empty for an applier
     */
    record Manager(String name, boolean applies, String apiVersion, String subresource) {
        static Manager applier(String name, String subresource) {
            return new Manager(named(name), true, "", subresource);
        }

        static Manager updater(String name, String apiVersion, String subresource) {
            return new Manager(named(name), false, apiVersion, subresource);
        }

        private static String named(String name) {
            return name.isEmpty() ? "unknown" : name;
        }

        /** As conflict messages name it. */
        String print() {
            String quoted = FieldErrors.quote(name);
            String where = subresource.isEmpty() ? "" : " with subresource " + FieldErrors.quote(subresource);
            return quoted + where + (applies ? "" : " using " + apiVersion);
        }
    }

    /** What a manager owns: as parsed, or as it stood in the object. */
    static final class Owned {
        private final String apiVersion;
        private final @Nullable JsonNode raw;
        private @Nullable FieldSet fields;

        private Owned(String apiVersion, @Nullable JsonNode raw, @Nullable FieldSet fields) {
            this.apiVersion = apiVersion;
            this.raw = raw;
            this.fields = fields;
        }

        static Owned of(String apiVersion, FieldSet fields) {
            return new Owned(apiVersion, null, fields);
        }

        String apiVersion() {
            return apiVersion;
        }

        FieldSet fields() {
            FieldSet known = fields;
            if (known == null) {
                known = raw == null ? FieldSet.EMPTY : FieldSet.parse(raw);
                fields = known;
            }
            return known;
        }

        /**
         * Whether any of these may be fields of this. To tell that none is needs no field set where they differ in their first step,
         * as the status that one manager reports and the spec that another has written.
         */
        boolean mayMeet(Comparison changes) {
            return raw == null
                    || changes.added().mayMeet(raw)
                    || changes.modified().mayMeet(raw)
                    || changes.removed().mayMeet(raw);
        }

        /** Whether {@link FieldSets#reconcile} would change nothing. */
        boolean isReconciled(Schema schema) {
            return raw != null
                    ? FieldSets.isReconciled(raw, schema, false)
                    : FieldSets.reconcile(fields(), schema, false) == fields();
        }

        JsonNode json() {
            return raw != null ? raw : fields().toJson();
        }
    }

    private final Map<Manager, Owned> owners = new LinkedHashMap<>();
    private final Map<Manager, Instant> times = new LinkedHashMap<>();

    /** Whether the request asks for forgetting all managers: {@code []} or {@code [{}]}. */
    static boolean isReset(@Nullable JsonNode managedFields) {
        return managedFields != null
                && managedFields.isArray()
                && (managedFields.isEmpty()
                        || (managedFields.size() == 1 && managedFields.get(0).isEmpty()));
    }

    /** The entries of an object; empty if one of them is malformed. */
    static Optional<ManagedFields> parse(@Nullable JsonNode managedFields) {
        ManagedFields all = new ManagedFields();
        if (managedFields == null) {
            return Optional.of(all);
        }
        for (JsonNode entry : managedFields) {
            if (!all.add(entry)) {
                return Optional.empty();
            }
        }
        return Optional.of(all);
    }

    private boolean add(JsonNode entry) {
        String operation = entry.path("operation").asText();
        String apiVersion = entry.path("apiVersion").asText();
        boolean applies = operation.equals("Apply");
        if (!(applies || operation.equals("Update"))
                || apiVersion.isEmpty()
                || !entry.path("fieldsType").asText().equals("FieldsV1")) {
            return false;
        }
        Manager manager = new Manager(
                entry.path("manager").asText(),
                applies,
                applies ? "" : apiVersion,
                entry.path("subresource").asText());
        try {
            owners.put(manager, new Owned(apiVersion, entry.get("fieldsV1"), null));
            if (entry.path("time").isTextual()) {
                times.put(manager, time(entry.path("time").textValue()));
            }
            return true;
        } catch (DateTimeException e) {
            return false;
        }
    }

    /**
     * A time as it stands in an entry: nearly always {@code 2026-01-02T15:04:05Z}, which is read at a tenth of the price of a formatter.
     *
     * @throws DateTimeException if it is none
     */
    private static Instant time(String text) {
        boolean usual = text.length() == 20 && text.charAt(10) == 'T' && text.charAt(19) == 'Z';
        for (int i = 0; usual && i < 19; i++) {
            char separator = i == 4 || i == 7 ? '-' : i == 13 || i == 16 ? ':' : 0;
            char c = text.charAt(i);
            usual = i == 10 || (separator == 0 ? c >= '0' && c <= '9' : c == separator);
        }
        if (!usual || text.startsWith("24", 11) || text.startsWith("60", 17)) { // the end of a day, a leap second
            return Instant.parse(text);
        }
        LocalDate date = LocalDate.of(number(text, 0, 4), number(text, 5, 7), number(text, 8, 10));
        LocalTime time = LocalTime.of(number(text, 11, 13), number(text, 14, 16), number(text, 17, 19));
        return date.atTime(time).toInstant(ZoneOffset.UTC);
    }

    private static int number(String text, int from, int to) {
        return Integer.parseInt(text, from, to, 10);
    }

    /** Whether there are entries and all of their field sets can be read, as those that a client sends must. */
    boolean isUsable() {
        try {
            owners.values().forEach(Owned::fields);
            return !owners.isEmpty();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    boolean isEmpty() {
        return owners.isEmpty();
    }

    List<Manager> managers() {
        return new ArrayList<>(owners.keySet());
    }

    @Nullable Owned get(Manager manager) {
        return owners.get(manager);
    }

    /** What the manager owns from now on; nothing: it is forgotten. */
    void put(Manager manager, String apiVersion, FieldSet fields) {
        if (fields.isEmpty()) {
            owners.remove(manager);
        } else {
            owners.put(manager, Owned.of(apiVersion, fields));
        }
    }

    void remove(Manager manager) {
        owners.remove(manager);
    }

    Optional<Instant> time(Manager manager) {
        return Optional.ofNullable(times.get(manager));
    }

    void setTime(Manager manager, Instant time) {
        times.put(manager, time);
    }

    /** A copy that may be changed apart from this one. */
    ManagedFields copy() {
        ManagedFields copy = new ManagedFields();
        copy.owners.putAll(owners);
        copy.times.putAll(times);
        return copy;
    }

    /** Merges the oldest updaters into one bucket a version until there are at most {@code max}. */
    void capUpdaters(int max) {
        if (owners.size() <= max) {
            return;
        }
        List<Manager> updaters = new ArrayList<>(
                owners.keySet().stream().filter(m -> !m.applies()).toList());
        int count = updaters.size();
        if (count <= max) {
            return;
        }
        updaters.sort(Comparator.comparingLong(this::seconds)
                .thenComparing(Manager::name)
                .thenComparing(Manager::apiVersion)
                .thenComparing(Manager::subresource));
        Map<String, Manager> firstOfVersion = new LinkedHashMap<>();
        for (Manager manager : updaters) {
            if (count <= max) {
                return;
            }
            Owned owned = owners.get(manager);
            if (owned == null) {
                continue;
            }
            Manager first = firstOfVersion.putIfAbsent(owned.apiVersion(), manager);
            if (first == null) {
                continue;
            }
            Manager bucket = Manager.updater("ancient-changes", owned.apiVersion(), "");
            Owned oldest = owners.remove(first);
            if (oldest != null && !owners.containsKey(bucket)) {
                owners.put(bucket, oldest);
            }
            Owned collected = owners.get(bucket);
            FieldSet fields =
                    collected == null ? owned.fields() : owned.fields().union(collected.fields());
            owners.remove(manager);
            owners.put(bucket, Owned.of(owned.apiVersion(), fields));
            time(manager).ifPresent(t -> times.put(bucket, t));
            count--;
        }
    }

    private long seconds(Manager manager) {
        return time(manager).map(Instant::getEpochSecond).orElse(0L);
    }

    /** The entries in wire order: appliers first, then by time, name, version and subresource. */
    ArrayNode toJson() {
        List<Manager> sorted = managers();
        if (sorted.size() > 1) {
            sorted.sort(Comparator.comparing((Manager m) -> !m.applies())
                    .thenComparingLong(this::seconds)
                    .thenComparing(Manager::name)
                    .thenComparing(m -> owners.get(m) instanceof Owned owned ? owned.apiVersion() : "")
                    .thenComparing(Manager::subresource));
        }
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        for (Manager manager : sorted) {
            Owned owned = owners.get(manager);
            if (owned == null) {
                continue;
            }
            ObjectNode entry = all.addObject();
            entry.put("manager", manager.name());
            entry.put("operation", manager.applies() ? "Apply" : "Update");
            entry.put("apiVersion", owned.apiVersion());
            time(manager).ifPresent(t -> entry.put("time", KubeTime.seconds(t)));
            entry.put("fieldsType", "FieldsV1");
            entry.set("fieldsV1", owned.json());
            if (!manager.subresource().isEmpty()) {
                entry.put("subresource", manager.subresource());
            }
        }
        return all;
    }
}
