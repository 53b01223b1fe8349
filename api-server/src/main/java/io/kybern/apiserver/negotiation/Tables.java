package io.kybern.apiserver.negotiation;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.error.ApiException;
import io.kybern.apiserver.http.ApiRequest;
import io.kybern.apiserver.registry.Resource;
import io.kybern.apiserver.storage.StoredObject;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.resource.TableColumn;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** {@code meta.k8s.io} Tables: what {@code kubectl get} shows. */
public final class Tables {
    private final InstantSource clock;

    public Tables(InstantSource clock) {
        this.clock = clock;
    }

    /** A table of a list. */
    public ObjectNode ofList(
            Resource resource,
            List<StoredObject> objects,
            ObjectNode listMeta,
            Representation form,
            ApiRequest request) {
        ObjectNode table = table(resource, listMeta, form, true);
        ArrayNode rows = table.putArray("rows");
        Instant now = clock.instant();
        String include = include(request);
        Stream<ObjectNode> trees = objects.stream().map(resource::tree);
        Optional<Comparator<ObjectNode>> order = resource.strategy().tableOrder();
        (order.isPresent() ? trees.sorted(order.get()) : trees)
                .forEach(tree -> row(resource, tree, rows, now, include, form));
        return table;
    }

    /**
     * A table with the row of one object.
     *
     * @param tree in the storage version
     * @param definitions whether the columns are described: only the first event of a watch does
     */
    public ObjectNode ofObject(
            Resource resource, ObjectNode tree, Representation form, ApiRequest request, boolean definitions) {
        ObjectNode listMeta = JsonNodeFactory.instance.objectNode();
        String version = tree.path("metadata").path("resourceVersion").asText("");
        if (!version.isEmpty()) {
            listMeta.put("resourceVersion", version);
        }
        ObjectNode table = table(resource, listMeta, form, definitions);
        row(resource, tree, table.putArray("rows"), clock.instant(), include(request), form);
        return table;
    }

    /** What each row carries of its object; 400 for an unknown wish. */
    static String include(ApiRequest request) {
        String include = request.query().get("includeObject");
        return switch (include) {
            case "", "Metadata" -> "Metadata";
            case "Object", "None" -> include;
            default ->
                throw ApiException.badRequest("Unable to convert to Table as requested: includeObject: Invalid value: "
                        + FieldErrors.quote(include) + ": must be 'Metadata', 'Object', 'None', or empty");
        };
    }

    private static List<TableColumn> columns(Resource resource) {
        List<TableColumn> own = resource.version().columns();
        return own.isEmpty() ? resource.strategy().tableColumns() : own;
    }

    private static ObjectNode table(Resource resource, ObjectNode listMeta, Representation form, boolean definitions) {
        ObjectNode table = JsonNodeFactory.instance.objectNode();
        table.put("kind", "Table").put("apiVersion", "meta.k8s.io/" + form.version());
        table.set("metadata", listMeta);
        if (!definitions) {
            table.putNull("columnDefinitions");
            return table;
        }
        ArrayNode columns = table.putArray("columnDefinitions");
        for (TableColumn column : columns(resource)) {
            if (!column.defined()) {
                continue;
            }
            columns.addObject()
                    .put("name", column.name())
                    .put("type", column.type())
                    .put("format", column.format())
                    .put("description", column.description())
                    .put("priority", column.priority());
        }
        return table;
    }

    private static void row(
            Resource resource, ObjectNode tree, ArrayNode rows, Instant now, String include, Representation form) {
        ObjectNode row = rows.addObject();
        ArrayNode cells = row.putArray("cells");
        for (TableColumn column : columns(resource)) {
            cells.add(column.cell().apply(tree, now));
        }
        String completed = resource.strategy().completedReason(tree);
        if (!completed.isEmpty()) {
            row.putArray("conditions")
                    .addObject()
                    .put("type", "Completed")
                    .put("status", "True")
                    .put("reason", completed)
                    .put("message", "The pod has completed.");
        }
        switch (include) {
            case "None" -> row.putNull("object");
            case "Object" -> row.set("object", resource.codec().printable(resource.fromStorage(tree)));
            default ->
                row.putObject("object")
                        .put("kind", "PartialObjectMetadata")
                        .put("apiVersion", "meta.k8s.io/" + form.version())
                        .set("metadata", tree.path("metadata"));
        }
    }
}
