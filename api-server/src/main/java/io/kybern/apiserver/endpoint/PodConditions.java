package io.kybern.apiserver.endpoint;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.metadata.SystemFields;
import io.kybern.crd.resource.Trees;
import java.time.Instant;

/** Conditions in a status, each type once. */
final class PodConditions {
    private PodConditions() {}

    /**
     * Sets a condition in place of the one of its type. Its transition time is now, or that of the old one if the status is the
     * same.
     */
    static void set(ObjectNode object, ObjectNode condition, Instant now) {
        ArrayNode conditions = Trees.array(Trees.object(object, "status"), "conditions");
        String type = Trees.text(condition, "type");
        for (int i = 0; i < conditions.size(); i++) {
            if (Trees.text(conditions.get(i), "type").equals(type)) {
                boolean same = Trees.text(conditions.get(i), "status").equals(Trees.text(condition, "status"));
                condition.put(
                        "lastTransitionTime",
                        same ? Trees.text(conditions.get(i), "lastTransitionTime") : SystemFields.time(now));
                conditions.set(i, condition);
                return;
            }
        }
        conditions.add(condition.put("lastTransitionTime", SystemFields.time(now)));
    }

    static ObjectNode condition(String type, String status) {
        return JsonNodeFactory.instance.objectNode().put("type", type).put("status", status);
    }
}
