package io.kybern.crd.resource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/** The columns that many kinds share. */
public final class Columns {
    /** {@code metadata.name}. */
    public static final TableColumn NAME = new TableColumn(
            "Name",
            "string",
            "name",
            "Name must be unique within a namespace.",
            0,
            (o, now) -> text(metadata(o, "name")));

    /** How long ago the object was created, as kubectl prints durations. */
    public static final TableColumn AGE = string("Age", 0, (o, now) -> age(metadata(o, "creationTimestamp"), now));

    private static final TableColumn CREATED_AT =
            new TableColumn("Created At", "date", "", "", 0, (o, now) -> text(metadata(o, "creationTimestamp")));

    public static final List<TableColumn> NAME_AND_CREATED_AT = List.of(NAME, CREATED_AT);

    private Columns() {}

    /** A text column computed from the object alone. */
    public static TableColumn string(String name, int priority, Function<ObjectNode, String> cell) {
        return string(name, priority, (o, now) -> cell.apply(o));
    }

    /** A text column computed from the object and the time. */
    public static TableColumn string(String name, int priority, CellText cell) {
        return new TableColumn(name, "string", "", "", priority, (o, now) -> TextNode.valueOf(cell.text(o, now)));
    }

    /** A number, in a column that may well be called a string: several of the original are. */
    public static TableColumn integer(String name, String type, ToLongFunction<ObjectNode> cell) {
        return of(name, type, 0, o -> LongNode.valueOf(cell.applyAsLong(o)));
    }

    /** A truth value. */
    public static TableColumn bool(String name, String type, Predicate<ObjectNode> cell) {
        return of(name, type, 0, o -> BooleanNode.valueOf(cell.test(o)));
    }

    /** A column of another type. */
    public static TableColumn of(String name, String type, int priority, Function<ObjectNode, JsonNode> cell) {
        return new TableColumn(name, type, "", "", priority, (o, now) -> cell.apply(o));
    }

    /** The text of a cell. */
    @FunctionalInterface
    public interface CellText {
        String text(ObjectNode object, Instant now);
    }

    /** The age of an RFC 3339 time: {@code <unknown>} for an empty one. */
    public static String age(String timestamp, Instant now) {
        return timestamp.isEmpty() ? "<unknown>" : humanDuration(Duration.between(Instant.parse(timestamp), now));
    }

    /** As {@code duration.HumanDuration} of k8s.io/apimachinery: two units at most, finer for shorter ones. */
    public static String humanDuration(Duration d) {
        long seconds = d.toSeconds();
        if (seconds < -1) {
            return "<invalid>";
        }
        if (seconds < 0) {
            return "0s";
        }
        if (seconds < 120) {
            return seconds + "s";
        }
        long minutes = seconds / 60;
        if (minutes < 10) {
            return seconds % 60 == 0 ? minutes + "m" : minutes + "m" + seconds % 60 + "s";
        }
        if (minutes < 180) {
            return minutes + "m";
        }
        long hours = minutes / 60;
        if (hours < 8) {
            return minutes % 60 == 0 ? hours + "h" : hours + "h" + minutes % 60 + "m";
        }
        if (hours < 48) {
            return hours + "h";
        }
        long days = hours / 24;
        if (hours < 192) {
            return hours % 24 == 0 ? days + "d" : days + "d" + hours % 24 + "h";
        }
        if (days < 365 * 2) {
            return days + "d";
        }
        long years = days / 365;
        if (days < 365 * 8) {
            return days % 365 == 0 ? years + "y" : years + "y" + days % 365 + "d";
        }
        return years + "y";
    }

    private static String metadata(ObjectNode object, String field) {
        return object.path("metadata").path(field).asText("");
    }

    private static JsonNode text(String value) {
        return TextNode.valueOf(value);
    }
}
