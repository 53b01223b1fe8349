package io.kybern.crd.merge;

import io.kybern.crd.merge.ApplyException.Cause;
import io.kybern.crd.merge.ManagedFields.Manager;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The text of a refused apply. Source: {@code managedfields/internal/conflict.go}. */
final class Conflicts {
    private Conflicts() {}

    static ApplyException.Conflict exception(Map<Manager, FieldSet> conflicts) {
        List<Cause> causes = new ArrayList<>();
        Map<String, List<String>> fieldsByManager = new TreeMap<>();
        conflicts.forEach((manager, fields) -> fields.forEachPath(path -> {
            String field = FieldSet.print(path);
            causes.add(new Cause("conflict with " + manager.print(), field));
            fieldsByManager
                    .computeIfAbsent(manager.print(), m -> new ArrayList<>())
                    .add(field);
        }));
        return new ApplyException.Conflict(message(causes, fieldsByManager), causes, conflicts);
    }

    private static String message(List<Cause> causes, Map<String, List<String>> fieldsByManager) {
        if (causes.size() == 1) {
            Cause only = causes.getFirst();
            return "Apply failed with 1 conflict: " + only.message() + ": " + only.field();
        }
        StringBuilder text = new StringBuilder("Apply failed with " + causes.size() + " conflicts: ");
        String separator = "";
        for (Map.Entry<String, List<String>> e : fieldsByManager.entrySet()) {
            text.append(separator).append("conflicts with ").append(e.getKey()).append(':');
            e.getValue().forEach(field -> text.append("\n- ").append(field));
            separator = "\n";
        }
        return text.toString();
    }
}
