package io.kybern.crd.cel.check;

import io.kybern.crd.cel.syntax.Expr;
import io.kybern.crd.cel.syntax.Expr.Ident;
import io.kybern.crd.cel.syntax.Expr.Select;
import io.kybern.crd.cel.type.CelType;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What names mean where an expression stands: variables of loops, innermost first, then those of the environment, then types. */
final class Scopes {
    private final Environment environment;
    private final Deque<Map<String, CelType>> loops = new ArrayDeque<>();
    private final Set<String> used = new HashSet<>();

    Scopes(Environment environment) {
        this.environment = environment;
    }

    /** Variables of the environment that were looked up. */
    Set<String> used() {
        return used;
    }

    void push(Map<String, CelType> variables) {
        loops.push(variables);
    }

    void pop() {
        loops.pop();
    }

    /** The type of what a name stands for; of a type the type of types. */
    @Nullable CelType lookUp(String name) {
        String bare = bare(name);
        for (Map<String, CelType> loop : loops) {
            CelType local = loop.get(bare);
            if (local != null) {
                return local;
            }
        }
        CelType variable = environment.variables().get(bare);
        if (variable != null) {
            used.add(bare);
            return variable;
        }
        return environment.type(bare).map(CelType::type).orElse(null);
    }

    /** An expression that turned out to be a name. */
    static Ident resolved(Expr expression, String name) {
        return new Ident(expression.id(), expression.position(), bare(name));
    }

    private static String bare(String name) {
        return name.startsWith(".") ? name.substring(1) : name;
    }

    /** {@code a.b.c} as one name. */
    static Optional<String> qualifiedName(Expr expression) {
        return switch (expression) {
            case Ident ident -> Optional.of(ident.name());
            case Select select
            when !select.test() -> qualifiedName(select.operand()).map(prefix -> prefix + "." + select.field());
            default -> Optional.empty();
        };
    }
}
