package io.kybern.operators.scheduler.pod;

import io.fabric8.kubernetes.api.model.NodeSelectorRequirement;
import io.fabric8.kubernetes.api.model.NodeSelectorTerm;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Whether a node is one of those that a selector term names, by its labels and its name. */
public final class NodeSelection {
    /** The only field of a node that can be selected by. */
    public static final String NAME_FIELD = "metadata.name";

    private NodeSelection() {}

    /** Terms are alternatives; an empty term matches nothing. */
    public static boolean anyMatches(List<NodeSelectorTerm> terms, String nodeName, Map<String, String> labels) {
        for (NodeSelectorTerm term : terms) {
            if (matches(term, nodeName, labels)) {
                return true;
            }
        }
        return false;
    }

    public static boolean matches(NodeSelectorTerm term, String nodeName, Map<String, String> labels) {
        List<NodeSelectorRequirement> fields = term.getMatchFields();
        List<NodeSelectorRequirement> expressions = term.getMatchExpressions();
        if (fields.isEmpty() && expressions.isEmpty()) {
            return false;
        }
        for (NodeSelectorRequirement expression : expressions) {
            if (!holds(expression, labels.get(expression.getKey()))) {
                return false;
            }
        }
        for (NodeSelectorRequirement field : fields) {
            if (!fieldHolds(field, nodeName)) {
                return false;
            }
        }
        return true;
    }

    private static boolean fieldHolds(NodeSelectorRequirement field, String nodeName) {
        if (!NAME_FIELD.equals(field.getKey()) || field.getValues().size() != 1) {
            return false;
        }
        boolean same = field.getValues().getFirst().equals(nodeName);
        return switch (field.getOperator()) {
            case "In" -> same;
            case "NotIn" -> !same;
            default -> false;
        };
    }

    private static boolean holds(NodeSelectorRequirement requirement, @Nullable String value) {
        return switch (requirement.getOperator()) {
            case "In" -> value != null && requirement.getValues().contains(value);
            case "NotIn" -> value == null || !requirement.getValues().contains(value);
            case "Exists" -> value != null;
            case "DoesNotExist" -> value == null;
            case "Gt" -> compares(requirement, value, 1);
            case "Lt" -> compares(requirement, value, -1);
            default -> false;
        };
    }

    private static boolean compares(NodeSelectorRequirement requirement, @Nullable String value, int sign) {
        if (value == null || requirement.getValues().size() != 1) {
            return false;
        }
        try {
            return Long.compare(
                            Long.parseLong(value),
                            Long.parseLong(requirement.getValues().getFirst()))
                    == sign;
        } catch (NumberFormatException notWhole) {
            return false;
        }
    }
}
