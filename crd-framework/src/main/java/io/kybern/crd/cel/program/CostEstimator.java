package io.kybern.crd.cel.program;

import io.kybern.crd.cel.check.CheckedExpr;
import io.kybern.crd.cel.cost.CallCost;
import io.kybern.crd.cel.cost.CallCost.Estimate;
import io.kybern.crd.cel.cost.Costs;
import io.kybern.crd.cel.cost.Operand;
import io.kybern.crd.cel.cost.SizeRange;
import io.kybern.crd.cel.library.Overload;
import io.kybern.crd.cel.syntax.Expr;
import io.kybern.crd.cel.syntax.Expr.Call;
import io.kybern.crd.cel.syntax.Expr.Comprehension;
import io.kybern.crd.cel.syntax.Expr.Ident;
import io.kybern.crd.cel.syntax.Expr.ListLiteral;
import io.kybern.crd.cel.syntax.Expr.Literal;
import io.kybern.crd.cel.syntax.Expr.MapLiteral;
import io.kybern.crd.cel.syntax.Expr.Select;
import io.kybern.crd.cel.syntax.Expr.StructLiteral;
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
 * What evaluating an expression may cost at most, given how large the data may be.
 *
 * <p>Worked example: {@code self.names.all(n, n.startsWith('a'))} with at most 10 names: 1 for {@code self}, 1 for the
 * step to {@code names}, and for each of 10 rounds 2 for the condition (a variable and a call), 1 for the accumulator, 1
 * for {@code n} and 1 for the call; and 1 for the result.
 *
 * <p>Source: {@code cel-go/checker/cost.go}; the same quirks, as the numbers are told to users.
 */
public final class CostEstimator {
    private static final SizeRange ONE = SizeRange.ONE;

    /** What is known of the keys and elements of a collection. */
    private record Entries(Kind container, SizeRange key, SizeRange value) {
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

    private CostEstimator(CheckedExpr checked, SizeHints hints) {
        this.checked = checked;
        this.hints = hints;
    }

    public static SizeRange estimate(CheckedExpr checked, SizeHints hints) {
        return new CostEstimator(checked, hints).cost(checked.root());
    }

    private SizeRange cost(Expr expression) {
        return switch (expression) {
            case Literal literal -> SizeRange.ZERO;
            case Ident ident -> ident(ident);
            case Select select -> select(select);
            case Call call -> call(call);
            case ListLiteral list -> list(list);
            case MapLiteral map -> map(map);
            case StructLiteral struct -> struct(struct);
            case Comprehension loop -> loop.isBinding() ? binding(loop) : comprehension(loop);
        };
    }

    private SizeRange sum(List<Expr> expressions) {
        SizeRange sum = SizeRange.ZERO;
        for (Expr each : expressions) {
            sum = sum.plus(cost(each));
        }
        return sum;
    }

    // ---- names

    private SizeRange ident(Ident ident) {
        Local local = local(ident.name());
        paths.put(ident.id(), local != null ? local.path() : List.of(ident.name()));
        return ONE;
    }

    private SizeRange select(Select select) {
        SizeRange operand = cost(select.operand());
        if (select.test()) {
            return operand;
        }
        paths.put(select.id(), step(path(select.operand()), select.field()));
        return switch (checked.type(select.operand()).kind()) {
            case MAP, STRUCT, PARAMETER -> operand.plus(ONE);
            default -> operand;
        };
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

    // ---- calls

    private SizeRange call(Call call) {
        if (call.function().equals("dyn")) {
            Expr argument = call.arguments().getFirst();
            SizeRange cost = cost(argument).plus(ONE);
            copySizes(call, argument);
            return cost;
        }
        List<SizeRange> costs = new ArrayList<>();
        List<Operand> operands = new ArrayList<>();
        for (Expr argument : call.arguments()) {
            costs.add(cost(argument));
            operands.add(operand(argument));
        }
        List<Overload> overloads = checked.overloads(call);
        if (overloads.isEmpty()) {
            return SizeRange.ZERO;
        }
        SizeRange target = SizeRange.ZERO;
        if (call.target() != null) {
            target = cost(call.target());
            operands.addFirst(operand(call.target()));
        }
        SizeRange most = new SizeRange(SizeRange.UNLIMITED, 0);
        SizeRange result = null;
        for (Overload overload : overloads) {
            Estimate estimate = estimate(call, overload, operands, costs);
            most = most.union(estimate.cost());
            if (estimate.size().isPresent()) {
                SizeRange size = estimate.size().get();
                result = result == null ? size : result.union(size);
            }
            String step = overload.id().equals("index_list") ? "@items" : "@values";
            if (overload.id().equals("index_list") || overload.id().equals("index_map")) {
                Expr container = call.arguments().getFirst();
                Entries known = entries(container);
                result = known == null ? null : known.value();
                paths.put(call.id(), step(path(container), step));
            }
            result = result == null ? size(call) : result;
        }
        if (result != null) {
            sizes.put(call.id(), result);
        }
        return target.plus(most);
    }

    private Estimate estimate(Call call, Overload overload, List<Operand> operands, List<SizeRange> costs) {
        SizeRange arguments = costs.stream().reduce(SizeRange.ZERO, SizeRange::plus);
        return switch (overload.id()) {
            case "logical_and", "logical_or" -> {
                SizeRange left = costs.get(0);
                yield Estimate.of(
                        new SizeRange(left.min(), left.plus(costs.get(1)).max()));
            }
            case "conditional" -> conditional(call, costs);
            default -> {
                CallCost cost = overload.cost();
                Estimate estimate = cost.estimate(operands);
                if (overload.function().equals("_+_") && call.arguments().size() == 2) {
                    joinEntries(call, call.arguments().get(0), call.arguments().get(1));
                }
                yield new Estimate(estimate.cost().plus(arguments), estimate.size());
            }
        };
    }

    private Estimate conditional(Call call, List<SizeRange> costs) {
        Expr yes = call.arguments().get(1);
        Expr no = call.arguments().get(2);
        joinEntries(call, yes, no);
        SizeRange cost = costs.get(0).plus(costs.get(1).union(costs.get(2)));
        return Estimate.of(cost, sizeOrUnknown(yes).union(sizeOrUnknown(no)));
    }

    private void joinEntries(Expr to, Expr a, Expr b) {
        Entries first = entries(a);
        Entries second = entries(b);
        if (first != null && second != null) {
            entries.put(to.id(), first.union(second));
        }
    }

    // ---- literals

    private SizeRange list(ListLiteral list) {
        SizeRange cost = sum(list.elements());
        entries.put(list.id(), new Entries(Kind.LIST, ONE, unionOf(list.elements())));
        return cost.plus(SizeRange.of(Costs.LIST));
    }

    private SizeRange unionOf(List<Expr> expressions) {
        SizeRange union = new SizeRange(expressions.isEmpty() ? 0 : SizeRange.UNLIMITED, 0);
        for (Expr each : expressions) {
            union = union.union(sizeOrUnknown(each));
        }
        return union;
    }

    private SizeRange map(MapLiteral map) {
        List<Expr> keys = map.entries().stream().map(Expr.Entry::key).toList();
        List<Expr> values = map.entries().stream().map(Expr.Entry::value).toList();
        SizeRange cost = sum(keys).plus(sum(values));
        entries.put(map.id(), new Entries(Kind.MAP, unionOf(keys), unionOf(values)));
        return cost.plus(SizeRange.of(Costs.MAP));
    }

    private SizeRange struct(StructLiteral struct) {
        return sum(struct.fields().stream().map(Expr.Field::value).toList()).plus(SizeRange.of(Costs.STRUCT));
    }

    // ---- loops

    private SizeRange binding(Comprehension loop) {
        SizeRange cost = cost(loop.range()).plus(cost(loop.initial()));
        pushAccumulator(loop);
        cost = cost.plus(cost(loop.result()));
        pop(loop.accumulator());
        copySizes(loop, loop.result());
        return cost;
    }

    private void pushAccumulator(Comprehension loop) {
        Expr initial = loop.initial();
        push(loop.accumulator(), new Local(path(initial), size(initial), entries(initial)));
    }

    private SizeRange comprehension(Comprehension loop) {
        SizeRange cost = cost(loop.range()).plus(cost(loop.initial()));
        pushAccumulator(loop);
        pushVariables(loop);
        SizeRange round = cost(loop.condition());
        round = round.plus(cost(loop.step()));
        pop(loop.variable());
        if (!loop.second().isEmpty()) {
            pop(loop.second());
        }
        cost = cost.plus(cost(loop.result()));
        pop(loop.accumulator());
        SizeRange rounds = sizeOrUnknown(loop.range());
        cost = cost.plus(rounds.times(round));
        if (loop.initial() instanceof Literal initial) {
            SizeRange size = size(initial);
            if (size != null) {
                sizes.put(loop.id(), size);
            }
        } else if (loop.initial() instanceof ListLiteral || loop.initial() instanceof MapLiteral) {
            sizes.put(loop.id(), rounds);
            Entries collected = entries(loop.step());
            if (collected != null) {
                entries.put(loop.id(), collected);
            }
        }
        return cost;
    }

    private void pushVariables(Comprehension loop) {
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

    // ---- sizes

    private void copySizes(Expr to, Expr from) {
        SizeRange size = size(from);
        if (size != null) {
            sizes.put(to.id(), size);
        }
        Entries known = entries(from);
        if (known != null) {
            entries.put(to.id(), known);
        }
    }

    private SizeRange sizeOrUnknown(Expr expression) {
        SizeRange size = size(expression);
        return size == null ? SizeRange.UNKNOWN : size;
    }

    private @Nullable SizeRange size(Expr expression) {
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
            return ONE;
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
                    default -> ONE;
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

    private @Nullable Entries entries(Expr expression) {
        Entries known = entries.get(expression.id());
        if (known != null) {
            return known;
        }
        Local local = expression instanceof Ident ident ? local(ident.name()) : null;
        return local == null ? null : local.entries();
    }

    private Operand operand(Expr expression) {
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
