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
 */
public record TableColumn(
        String name,
        String type,
        String format,
        String description,
        int priority,
        BiFunction<ObjectNode, Instant, JsonNode> cell) {}
