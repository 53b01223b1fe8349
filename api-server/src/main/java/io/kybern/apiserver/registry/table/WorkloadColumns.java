package io.kybern.apiserver.registry.table;

import static io.kybern.crd.resource.Trees.at;
import static io.kybern.crd.resource.Trees.number;
import static io.kybern.crd.resource.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.label.LabelSelectors;
import io.kybern.crd.resource.Columns;
import io.kybern.crd.resource.TableColumn;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** Columns about pods, templates and counts. Source: {@code pkg/printers/internalversion}. */
public final class WorkloadColumns {
    private WorkloadColumns() {}

    /** An integer at a path, 0 when absent. */
    public static TableColumn count(String name, String... path) {
        return Columns.of(name, "integer", 0, o -> LongNode.valueOf(number(o, path)));
    }

    /** An integer in a column that is declared as text, as some of the original's are. */
    public static TableColumn countAsText(String name, String... path) {
        return Columns.of(name, "string", 0, o -> LongNode.valueOf(number(o, path)));
    }

    /** Ready of desired: {@code 1/3}. */
    public static TableColumn ready(String name) {
        return Columns.string(name, 0, o -> number(o, "status", "readyReplicas") + "/" + number(o, "spec", "replicas"));
    }

    /** Names of the template's containers; path of the pod spec. */
    public static TableColumn containers(String... podSpec) {
        return Columns.string("Containers", 1, o -> join(at(at(o, podSpec), "containers"), "name"));
    }

    /** Images of the template's containers; path of the pod spec. */
    public static TableColumn images(String... podSpec) {
        return Columns.string("Images", 1, o -> join(at(at(o, podSpec), "containers"), "image"));
    }

    /** A LabelSelector at a path. */
    public static TableColumn selector(String... path) {
        return Columns.string("Selector", 1, o -> LabelSelectors.format(at(o, path)));
    }

    /** A text column of any priority, computed from the object. */
    public static TableColumn wide(String name, Function<ObjectNode, String> cell) {
        return Columns.string(name, 1, cell);
    }

    /** The texts of one member of each item, with commas. */
    public static String join(JsonNode items, String field) {
        return StreamSupport.stream(items.spliterator(), false)
                .map(item -> text(item, field))
                .collect(Collectors.joining(","));
    }
}
