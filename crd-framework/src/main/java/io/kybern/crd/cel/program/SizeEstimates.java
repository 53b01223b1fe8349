package io.kybern.crd.cel.program;

import io.kybern.crd.cel.check.CheckedExpr;
import io.kybern.crd.cel.cost.Operand;
import io.kybern.crd.cel.cost.SizeRange;
import io.kybern.crd.cel.syntax.Expr;
import io.kybern.crd.cel.syntax.Expr.Comprehension;
import io.kybern.crd.cel.syntax.Expr.Ident;
import io.kybern.crd.cel.syntax.Expr.ListLiteral;
import io.kybern.crd.cel.syntax.Expr.Literal;
import io.kybern.crd.cel.syntax.Expr.MapLiteral;
import io.kybern.crd.cel.type.CelType;
import io.kybern.crd.cel.type.CelType.Kind;
import io.kybern.crd.cel.value.Bytes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How large what expressions give may be, as far as the walk of the {@link CostEstimator} has come: by what is written, by
 * what is known of the data at the path that an expression stands for, and by what was computed for it.
 *
 * <p>Source: the size estimates of {@code cel-go/checker/cost.go}.
 */
final class SizeEstimates {
    /** What is known of the keys and elements of a collection. */
    record Entries(Kind container, SizeRange key, SizeRange value) {
        Entries union(Entries other) {
            return new Entries(container, key.union(other.key), value.union(other.value));
        }
    }

    private record Local(
            List<String> path,
            @Nullable SizeRange size,
            @Nullable Entries entries) {}

    private final CheckedExpr checked;
    private final SizeHints hints;
    private final Map<Integer, List<String>> paths = new HashMap<>();
    private final Map<Integer, SizeRange> sizes = new HashMap<>();
    private final Map<Integer, Entries> entries = new HashMap<>();
    private final Map<String, Deque<Local>> locals = new HashMap<>();

    SizeEstimates(CheckedExpr checked, SizeHints hints) {
        this.checked = checked;
        this.hints = hints;
    }

    // ---- paths

    /** A name stands for itself, or for what a loop has put there. */
    void isName(Ident ident) {
        Local local = local(ident.name());
        paths.put(ident.id(), local != null ? local.path() : List.of(ident.name()));
    }

    /** An expression stands for a step into another. */
    void isStep(Expr expression, Expr container, String name) {
        paths.put(expression.id(), step(path(container), name));
    }

    private List<String> path(Expr expression) {
        if (expression instanceof Ident ident) {
            Local local = local(ident.name());
            if (local != null) {
                return local.path();
            }
        }
        return paths.getOrDefault(expression.id(), List.of());
    }

    private static List<String> step(List<String> path, String name) {
        List<String> longer = new ArrayList<>(path);
        longer.add(name);
        return longer;
    }

    // ---- variables of loops

    /** Lets a loop's accumulator be known, as what it is at first. */
    void pushAccumulator(Comprehension loop) {
        Expr initial = loop.initial();
        push(loop.accumulator(), new Local(path(initial), size(initial), entries(initial)));
    }

    /** Lets a loop's variables be known, as keys and elements of its range. */
    void pushVariables(Comprehension loop) {
        Entries known = entries(loop.range());
        Kind container =
                known != null ? known.container() : checked.type(loop.range()).kind();
        boolean list = container == Kind.LIST;
        List<String> path = path(loop.range());
        SizeRange key = known == null ? null : known.key();
        SizeRange value = known == null ? null : known.value();
        if (loop.second().isEmpty()) {
            push(loop.variable(), new Local(step(path, list ? "@items" : "@keys"), list ? value : key, null));
        } else {
            push(loop.variable(), new Local(step(path, list ? "@indices" : "@keys"), key, null));
            push(loop.second(), new Local(step(path, list ? "@items" : "@values"), value, null));
        }
    }

    void popVariables(Comprehension loop) {
        pop(loop.variable());
        if (!loop.second().isEmpty()) {
            pop(loop.second());
        }
    }

    void popAccumulator(Comprehension loop) {
        pop(loop.accumulator());
    }

    private @Nullable Local local(String name) {
        Deque<Local> stack = locals.get(name);
        return stack == null ? null : stack.peek();
    }

    private void push(String name, Local local) {
        locals.computeIfAbsent(name, n -> new ArrayDeque<>()).push(local);
    }

    private void pop(String name) {
        Deque<Local> stack = locals.get(name);
        if (stack != null) {
            stack.pop();
        }
    }

    // ---- sizes

    /** What is known of the size of one is so of another. */
    void copy(Expr to, Expr from) {
        setSize(to, size(from));
        setEntries(to, entries(from));
    }

    void setSize(Expr expression, @Nullable SizeRange size) {
        if (size != null) {
            sizes.put(expression.id(), size);
        }
    }

    void setEntries(Expr expression, @Nullable Entries known) {
        if (known != null) {
            entries.put(expression.id(), known);
        }
    }

    /** What is one or the other has entries of both. */
    void joinEntries(Expr to, Expr a, Expr b) {
        Entries first = entries(a);
        Entries second = entries(b);
        if (first != null && second != null) {
            entries.put(to.id(), first.union(second));
        }
    }

    /** The sizes of all of them; of none, nothing. */
    SizeRange unionOf(List<Expr> expressions) {
        SizeRange union = new SizeRange(expressions.isEmpty() ? 0 : SizeRange.UNLIMITED, 0);
        for (Expr each : expressions) {
            union = union.union(sizeOrUnknown(each));
        }
        return union;
    }

    SizeRange sizeOrUnknown(Expr expression) {
        SizeRange size = size(expression);
        return size == null ? SizeRange.UNKNOWN : size;
    }

    @Nullable SizeRange size(Expr expression) {
        SizeRange known = sizes.get(expression.id());
        if (known != null) {
            return known;
        }
        SizeRange written = written(expression);
        if (written != null) {
            return written;
        }
        Optional<SizeRange> hinted = hints.of(path(expression));
        if (hinted.isPresent()) {
            sizes.put(expression.id(), hinted.get());
            return hinted.get();
        }
        if (isScalar(checked.type(expression))) {
            return SizeRange.ONE;
        }
        Local local = expression instanceof Ident ident ? local(ident.name()) : null;
        return local == null ? null : local.size();
    }

    private static @Nullable SizeRange written(Expr expression) {
        return switch (expression) {
            case Literal literal ->
                switch (literal.value()) {
                    case String s -> SizeRange.of(s.codePointCount(0, s.length()));
                    case Bytes b -> SizeRange.of(b.content().length);
                    default -> SizeRange.ONE;
                };
            case ListLiteral list -> SizeRange.of(list.elements().size());
            case MapLiteral map -> SizeRange.of(map.entries().size());
            default -> null;
        };
    }

    private static boolean isScalar(CelType type) {
        return switch (type.kind()) {
            case BOOL, DOUBLE, DURATION, INT, TIMESTAMP, UINT -> true;
            default -> type.isOptional() && isScalar(type.first());
        };
    }

    @Nullable Entries entries(Expr expression) {
        Entries known = entries.get(expression.id());
        if (known != null) {
            return known;
        }
        Local local = expression instanceof Ident ident ? local(ident.name()) : null;
        return local == null ? null : local.entries();
    }

    /** An expression as an argument of a call. */
    Operand operand(Expr expression) {
        List<String> path = path(expression);
        boolean accumulated = !path.isEmpty() && path.getFirst().equals(Expr.ACCUMULATOR);
        Optional<Long> literal = expression instanceof Literal l && l.value() instanceof Long number
                ? Optional.of(number)
                : Optional.empty();
        return new Known(
                checked.type(expression),
                Optional.ofNullable(size(expression)),
                accumulated ? List.of() : path,
                literal);
    }

    private final class Known implements Operand {
        private final CelType type;
        private final Optional<SizeRange> size;
        private final List<String> path;
        private final Optional<Long> literal;

        Known(CelType type, Optional<SizeRange> size, List<String> path, Optional<Long> literal) {
            this.type = type;
            this.size = size;
            this.path = path;
            this.literal = literal;
        }

        @Override
        public CelType type() {
            return type;
        }

        @Override
        public SizeRange size() {
            return size.orElse(SizeRange.UNKNOWN);
        }

        @Override
        public boolean isSized() {
            return size.isPresent();
        }

        @Override
        public Optional<Operand> element() {
            if (type.parameters().isEmpty()) {
                return Optional.empty();
            }
            List<String> below = path.isEmpty() ? path : step(path, "@items");
            return Optional.of(new Known(type.first(), hints.of(below), below, Optional.empty()));
        }

        @Override
        public Optional<Long> literal() {
            return literal;
        }
    }
}
