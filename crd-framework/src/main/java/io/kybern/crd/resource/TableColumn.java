package io.kybern.crd.resource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.function.BiFunction;

/**
 * One column of a kind's {@code meta.k8s.io/v1 Table}.
 *
 * @param type {@code string integer number boolean date}
 * @param format {@code name} for the column that names the object, else mostly empty
 * @param priority 0 shown always, 1 with {@code -o wide}
 * @param cell the value of the cell for an object in stored form at a time (for ages); must not change the object
 * @param defined whether the table describes the column: one that it does not has cells all the same
 */
public record TableColumn(
        String name,
        String type,
        String format,
        String description,
        int priority,
        BiFunction<ObjectNode, Instant, JsonNode> cell,
        boolean defined) {
    public TableColumn(
            String name,
            String type,
            String format,
            String description,
            int priority,
            BiFunction<ObjectNode, Instant, JsonNode> cell) {
        this(name, type, format, description, priority, cell, true);
    }

    /** The same column as the original has it where it forgot to describe it. */
    public TableColumn withoutDefinition() {
        return new TableColumn(name, type, format, description, priority, cell, false);
    }
}
