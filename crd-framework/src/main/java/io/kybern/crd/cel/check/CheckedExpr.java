package io.kybern.crd.cel.check;

import io.kybern.crd.cel.library.Overload;
import io.kybern.crd.cel.syntax.Expr;
import io.kybern.crd.cel.type.CelType;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * An expression that is well typed, with qualified names resolved.
 *
 * @param types by id of the node
 * @param overloads of calls, by id: those that may be meant, more than one where types are known only at run time
 * @param variables that it refers to
 * @param deep whether what walks through it does so best by {@link io.kybern.crd.cel.syntax.DeepStack}
 */
public record CheckedExpr(
        Expr root,
        Map<Integer, CelType> types,
        Map<Integer, List<Overload>> overloads,
        Set<String> variables,
        boolean deep) {
    public CelType type(Expr expression) {
        return types.getOrDefault(expression.id(), CelType.DYN);
    }

    public CelType resultType() {
        return type(root);
    }

    public List<Overload> overloads(Expr call) {
        return overloads.getOrDefault(call.id(), List.of());
    }
}
