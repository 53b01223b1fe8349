package io.kybern.apiserver.registry.core;

import static io.kybern.crd.resource.Trees.at;
import static io.kybern.crd.resource.Trees.has;
import static io.kybern.crd.resource.Trees.number;
import static io.kybern.crd.resource.Trees.text;

import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.resource.Columns;
import io.kybern.crd.resource.NameRule;
import io.kybern.crd.resource.Strategy;
import io.kybern.crd.resource.TableColumn;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Events in the form of the core group, in which both event APIs store them; what is sent to {@code events.k8s.io} must
 * obey more rules. Source: {@code pkg/registry/core/event/strategy.go}.
 */
public final class EventStrategy implements Strategy {
    private static final Set<String> FIELDS = Set.of(
            "involvedObject.kind",
            "involvedObject.namespace",
            "involvedObject.name",
            "involvedObject.uid",
            "involvedObject.apiVersion",
            "involvedObject.resourceVersion",
            "involvedObject.fieldPath",
            "reason",
            "reportingComponent",
            "source",
            "type");
    /** Labels of the newer API that its older one calls otherwise. */
    private static final Map<String, String> NEW_FIELDS = Map.of(
            "regarding.kind", "involvedObject.kind",
            "regarding.namespace", "involvedObject.namespace",
            "regarding.name", "involvedObject.name",
            "regarding.uid", "involvedObject.uid",
            "regarding.apiVersion", "involvedObject.apiVersion",
            "regarding.resourceVersion", "involvedObject.resourceVersion",
            "regarding.fieldPath", "involvedObject.fieldPath",
            "reportingController", "reportingComponent",
            "reason", "reason",
            "type", "type");

    private static final List<TableColumn> COLUMNS = List.of(
            Columns.string("Last Seen", 0, EventStrategy::lastSeen),
            Columns.string("Type", 0, o -> text(o, "type")),
            Columns.string("Reason", 0, o -> text(o, "reason")),
            Columns.string("Object", 0, EventStrategy::target),
            Columns.string("Subobject", 1, o -> text(o, "involvedObject", "fieldPath")),
            Columns.string("Source", 1, EventStrategy::source),
            Columns.string("Message", 0, o -> text(o, "message").strip()),
            Columns.string("First Seen", 1, EventStrategy::firstSeen),
            Columns.of("Count", "string", 1, o -> LongNode.valueOf(count(o))),
            new TableColumn("Name", "string", "name", "", 1, (o, now) -> at(o, "metadata", "name")));

    /** The default of kube-apiserver's {@code --event-ttl}. */
    private static final long TIME_TO_LIVE_SECONDS = 3_600;

    private final boolean events;

    /** @param events whether this is the API of the group {@code events.k8s.io} */
    public EventStrategy(boolean events) {
        this.events = events;
    }

    /** The core group's API has never asked more of the names of events. */
    @Override
    public NameRule nameRule() {
        return events ? NameRule.DNS_SUBDOMAIN : NameRule.PATH_SEGMENT;
    }

    @Override
    public void validate(ObjectNode event, FieldErrors errors) {
        EventValidation.core(event, events, errors);
        if (events) {
            EventValidation.create(event, errors);
        }
    }

    @Override
    public void validateUpdate(ObjectNode updated, ObjectNode existing, FieldErrors errors) {
        EventValidation.core(updated, events, errors);
        if (events) {
            EventValidation.update(updated, existing, errors);
        }
    }

    @Override
    public long timeToLiveSeconds() {
        return TIME_TO_LIVE_SECONDS;
    }

    @Override
    public boolean allowsCreateOnUpdate() {
        return true;
    }

    @Override
    public Set<String> selectableFieldNames() {
        return events ? NEW_FIELDS.keySet() : FIELDS;
    }

    /** Both APIs see the same stored objects, so each object answers the labels of both. */
    @Override
    public Map<String, String> selectableFields(ObjectNode event) {
        Map<String, String> fields = HashMap.newHashMap(20);
        FIELDS.stream()
                .filter(f -> f.startsWith("involvedObject."))
                .forEach(f -> fields.put(f, text(event, "involvedObject", f.substring("involvedObject.".length()))));
        String component = text(event, "source", "component");
        fields.put("reason", text(event, "reason"));
        fields.put("reportingComponent", text(event, "reportingComponent"));
        fields.put("source", component.isEmpty() ? text(event, "reportingComponent") : component);
        fields.put("type", text(event, "type"));
        NEW_FIELDS.forEach((label, old) -> fields.put(label, fields.getOrDefault(old, "")));
        return fields;
    }

    @Override
    public List<TableColumn> tableColumns() {
        return COLUMNS;
    }

    private static String firstSeen(ObjectNode event, Instant now) {
        String first = text(event, "firstTimestamp");
        return Columns.age(first.isEmpty() ? text(event, "eventTime") : first, now);
    }

    private static String lastSeen(ObjectNode event, Instant now) {
        if (has(event, "series")) {
            return Columns.age(text(event, "series", "lastObservedTime"), now);
        }
        String last = text(event, "lastTimestamp");
        return last.isEmpty() ? firstSeen(event, now) : Columns.age(last, now);
    }

    private static long count(ObjectNode event) {
        return has(event, "series") ? number(event, "series", "count") : Math.max(1, number(event, "count"));
    }

    private static String target(ObjectNode event) {
        String kind = text(event, "involvedObject", "kind").toLowerCase(Locale.ROOT);
        String name = text(event, "involvedObject", "name");
        return name.isEmpty() ? kind : kind + "/" + name;
    }

    private static String source(ObjectNode event) {
        String component = text(event, "source", "component");
        String host = text(event, "source", "host");
        component = component.isEmpty() ? text(event, "reportingComponent") : component;
        host = host.isEmpty() ? text(event, "reportingInstance") : host;
        return host.isEmpty() ? component : component + ", " + host;
    }
}
