package io.kybern.crd.cel.syntax;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An expression as parsed, macros expanded. Each node has an id, unique within its expression, by which its type and
 * overloads are known, and the position in the source that messages about it point at, in code points.
 */
public sealed interface Expr {
    /** What the accumulator of a comprehension is called, where a macro made it. */
    String ACCUMULATOR = "__result__";

    int id();

    int position();

    /** @param value of one of the run-time classes that stand for CEL's values */
    record Literal(int id, int position, Object value) implements Expr {}

    record Ident(int id, int position, String name) implements Expr {}

    /** @param test {@code has(operand.field)} instead of its value */
    record Select(int id, int position, Expr operand, String field, boolean test) implements Expr {}

    /** @param target of a member function; null for a global one */
    record Call(
            int id, int position, String function, @Nullable Expr target, List<Expr> arguments) implements Expr {
        public Call {
            arguments = List.copyOf(arguments);
        }
    }

    /** @param optional for each element whether it is written {@code ?x} */
    record ListLiteral(int id, int position, List<Expr> elements, List<Boolean> optional) implements Expr {
        public ListLiteral {
            elements = List.copyOf(elements);
            optional = List.copyOf(optional);
        }
    }

    record MapLiteral(int id, int position, List<Entry> entries) implements Expr {
        public MapLiteral {
            entries = List.copyOf(entries);
        }
    }

    record Entry(int id, int position, Expr key, Expr value, boolean optional) {}

    record StructLiteral(int id, int position, String type, List<Field> fields) implements Expr {
        public StructLiteral {
            fields = List.copyOf(fields);
        }
    }

    record Field(int id, int position, String name, Expr value, boolean optional) {}

    /**
     * A loop over a list or map.
     *
     * @param variable the element of a list or key of a map; with a second variable the index or key
     * @param second the element or value; empty for loops of one variable
     */
    record Comprehension(
            int id,
            int position,
            Expr range,
            String variable,
            String second,
            String accumulator,
            Expr initial,
            Expr condition,
            Expr step,
            Expr result)
            implements Expr {
        /** Whether it only names a value: a loop over nothing with an accumulator of another name. */
        public boolean isBinding() {
            return range instanceof ListLiteral list
                    && list.elements().isEmpty()
                    && condition instanceof Literal literal
                    && literal.value().equals(false)
                    && !accumulator.equals(ACCUMULATOR);
        }
    }
}
