package io.kybern.crd.cel.check;

import io.kybern.crd.cel.library.Overload;
import io.kybern.crd.cel.syntax.Expr;
import io.kybern.crd.cel.syntax.Source;
import io.kybern.crd.cel.type.CelType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a check has found out so far: the types of expressions, the overloads of calls, what type parameters are, and complaints. */
final class Inference {
    private final Substitution substitution = new Substitution();
    private final Map<Integer, CelType> types = new HashMap<>();
    private final Map<Integer, List<Overload>> overloads = new HashMap<>();
    private final List<Source.Issue> issues = new ArrayList<>();
    private int nextVariable;

    Substitution substitution() {
        return substitution;
    }

    /** A type that is to be found out. */
    CelType freshVariable() {
        return CelType.parameter("_var" + nextVariable++);
    }

    // ---- types

    <E extends Expr> E typed(E expression, CelType type) {
        types.put(expression.id(), type);
        return expression;
    }

    CelType type(Expr expression) {
        return types.getOrDefault(expression.id(), CelType.ERROR);
    }

    /** The types of all expressions by id, with what is still unknown as dyn; nothing is found out any more. */
    Map<Integer, CelType> finalTypes() {
        types.replaceAll((id, type) -> substitution.apply(type, true));
        return types;
    }

    void means(Expr.Call call, List<Overload> chosen) {
        overloads.put(call.id(), chosen);
    }

    Map<Integer, List<Overload>> overloads() {
        return overloads;
    }

    // ---- complaints

    List<Source.Issue> issues() {
        return issues;
    }

    void fail(int position, String message) {
        issues.add(new Source.Issue(position, message));
    }

    void undeclared(int position, String name) {
        fail(position, "undeclared reference to '" + name + "' (in container '')");
    }

    void mismatch(int position, CelType expected, CelType actual) {
        fail(position, "expected type '" + expected.format() + "' but found '" + actual.format() + "'");
    }

    /** Complains about an expression that is of another type. */
    void expect(Expr expression, CelType expected) {
        if (!substitution.isAssignable(expected, type(expression))) {
            mismatch(expression.position(), expected, type(expression));
        }
    }
}
