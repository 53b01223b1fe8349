package io.kybern.crd.definition;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.kybern.crd.resource.Columns;
import io.kybern.crd.resource.TableColumn;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;

/** The columns of a custom kind's table: Name, then those of the version, or Age. */
final class PrinterColumns {
    private static final String AGE_DESCRIPTION =
            "CreationTimestamp is a timestamp representing the server time when this object was created. It is not"
                    + " guaranteed to be set in happens-before order across separate operations. Clients may not set this"
                    + " value. It is represented in RFC3339 form and is in UTC.\n\nPopulated by the system. Read-only."
                    + " Null for lists. More info:"
                    + " https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata";

    private PrinterColumns() {}

    /** Where one of them has a path that can't be read, those of kinds that declare none: the kind is served all the same. */
    static List<TableColumn> of(JsonNode declared) {
        try {
            return read(declared);
        } catch (IllegalArgumentException e) {
            return read(MissingNode.getInstance());
        }
    }

    private static List<TableColumn> read(JsonNode declared) {
        List<TableColumn> columns = new ArrayList<>();
        columns.add(Columns.NAME);
        if (declared.isEmpty()) {
            JsonPath created = JsonPath.parse(".metadata.creationTimestamp");
            columns.add(new TableColumn(
                    "Age", "date", "", AGE_DESCRIPTION, 0, (o, now) -> cell("date", created.find(o), now)));
        }
        for (JsonNode column : declared) {
            String name = column.path("name").asText();
            String type = column.path("type").asText();
            JsonPath path = JsonPath.parse(column.path("jsonPath").asText());
            String description = column.path("description").asText("");
            columns.add(new TableColumn(
                    name,
                    type,
                    column.path("format").asText(""),
                    description.isEmpty()
                            ? "Custom resource definition column (in JSONPath format): "
                                    + column.path("jsonPath").asText()
                            : description,
                    column.path("priority").asInt(),
                    (o, now) -> cell(type, path.find(o), now)));
        }
        return columns;
    }

    /** The cell of the first value found; null where it is not of the column's type. */
    private static JsonNode cell(String type, List<JsonNode> found, Instant now) {
        if (found.isEmpty() || (found.getFirst().isNull() && !type.equals("string"))) {
            return NullNode.instance;
        }
        JsonNode value = found.getFirst();
        return switch (type) {
            case "integer" -> value.isNumber() ? LongNode.valueOf(value.longValue()) : NullNode.instance;
            case "number" ->
                value.isIntegralNumber()
                        ? LongNode.valueOf(value.longValue())
                        : value.isNumber() ? DoubleNode.valueOf(value.doubleValue()) : NullNode.instance;
            case "boolean" -> value.isBoolean() ? BooleanNode.valueOf(value.booleanValue()) : NullNode.instance;
            case "date" -> value.isTextual() ? TextNode.valueOf(age(value.textValue(), now)) : NullNode.instance;
            default -> TextNode.valueOf(value.isContainerNode() ? value.toString() : value.asText());
        };
    }

    private static String age(String time, Instant now) {
        if (time.isEmpty()) {
            return "<unknown>";
        }
        try {
            return Columns.age(OffsetDateTime.parse(time).toInstant().toString(), now);
        } catch (DateTimeException e) {
            return "<invalid>";
        }
    }
}
