package io.kybern.apiserver.controller;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.loopback.Loopback;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.resource.GroupResource;
import io.kybern.crd.resource.Trees;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Says of each FlowSchema whether the priority level that it names is there: the condition {@code Dangling}. Source: {@code
 * apiserver/pkg/util/flowcontrol/apf_controller.go}.
 */
public final class FlowSchemaStatus implements Runnable {
    /** The field manager by which clients know the author. */
    private static final String MANAGER = "api-priority-and-fairness-config-consumer-v1";

    private static final GroupResource SCHEMAS = new GroupResource("flowcontrol.apiserver.k8s.io", "flowschemas");
    private static final GroupResource LEVELS =
            new GroupResource("flowcontrol.apiserver.k8s.io", "prioritylevelconfigurations");
    public static final List<GroupResource> WATCHED = List.of(SCHEMAS, LEVELS);

    private final Loopback loopback;
    private final InstantSource clock;

    public FlowSchemaStatus(Loopback loopback, InstantSource clock) {
        this.loopback = loopback;
        this.clock = clock;
    }

    @Override
    public void run() {
        for (ObjectNode schema : loopback.list(SCHEMAS, "")) {
            String level = Trees.text(schema, "spec", "priorityLevelConfiguration", "name");
            boolean exists = loopback.get(LEVELS, "", level).isPresent();
            status(schema, exists).ifPresent(applied -> loopback.applyStatus(applied, MANAGER));
        }
    }

    /** What is to be applied; empty when the schema says so already. */
    private Optional<ObjectNode> status(ObjectNode schema, boolean exists) {
        String level = Trees.text(schema, "spec", "priorityLevelConfiguration", "name");
        ObjectNode condition = Conditions.of(
                "Dangling",
                !exists,
                exists ? "Found" : "NotFound",
                "This FlowSchema references the PriorityLevelConfiguration object named " + FieldErrors.quote(level)
                        + (exists ? " and it exists" : " but there is no such object"));
        if (Conditions.find(schema, "Dangling").filter(c -> says(c, condition)).isPresent()) {
            return Optional.empty();
        }
        condition.put(
                "lastTransitionTime",
                clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
        return Optional.of(Conditions.applied(schema, condition));
    }

    private static boolean says(JsonNode condition, JsonNode wanted) {
        return Stream.of("status", "reason", "message")
                .allMatch(field -> condition.path(field).equals(wanted.path(field)));
    }
}
