package io.kybern.crd.cel.program;

import io.kybern.crd.cel.check.CheckedExpr;
import io.kybern.crd.cel.cost.CallCost;
import io.kybern.crd.cel.cost.CallCost.Estimate;
import io.kybern.crd.cel.cost.Costs;
import io.kybern.crd.cel.cost.Operand;
import io.kybern.crd.cel.cost.SizeRange;
import io.kybern.crd.cel.library.Overload;
import io.kybern.crd.cel.program.SizeEstimates.Entries;
import io.kybern.crd.cel.syntax.Expr;
import io.kybern.crd.cel.syntax.Expr.Call;
import io.kybern.crd.cel.syntax.Expr.Comprehension;
import io.kybern.crd.cel.syntax.Expr.Ident;
import io.kybern.crd.cel.syntax.Expr.ListLiteral;
import io.kybern.crd.cel.syntax.Expr.Literal;
import io.kybern.crd.cel.syntax.Expr.MapLiteral;
import io.kybern.crd.cel.syntax.Expr.Select;
import io.kybern.crd.cel.syntax.Expr.StructLiteral;
import io.kybern.crd.cel.type.CelType.Kind;
import java.util.ArrayList;
import java.util.List;

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

    private final CheckedExpr checked;
    private final SizeEstimates sizes;

    private CostEstimator(CheckedExpr checked, SizeHints hints) {
        this.checked = checked;
        this.sizes = new SizeEstimates(checked, hints);
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
        sizes.isName(ident);
        return ONE;
    }

    private SizeRange select(Select select) {
        SizeRange operand = cost(select.operand());
        if (select.test()) {
            return operand;
        }
        sizes.isStep(select, select.operand(), select.field());
        return switch (checked.type(select.operand()).kind()) {
            case MAP, STRUCT, PARAMETER -> operand.plus(ONE);
            default -> operand;
        };
    }

    // ---- calls

    private SizeRange call(Call call) {
        if (call.function().equals("dyn")) {
            Expr argument = call.arguments().getFirst();
            SizeRange cost = cost(argument).plus(ONE);
            sizes.copy(call, argument);
            return cost;
        }
        List<SizeRange> costs = new ArrayList<>();
        List<Operand> operands = new ArrayList<>();
        for (Expr argument : call.arguments()) {
            costs.add(cost(argument));
            operands.add(sizes.operand(argument));
        }
        List<Overload> overloads = checked.overloads(call);
        if (overloads.isEmpty()) {
            return SizeRange.ZERO;
        }
        SizeRange target = SizeRange.ZERO;
        if (call.target() != null) {
            target = cost(call.target());
            operands.addFirst(sizes.operand(call.target()));
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
            boolean ofList = overload.id().equals("index_list");
            if (ofList || overload.id().equals("index_map")) {
                Expr container = call.arguments().getFirst();
                Entries known = sizes.entries(container);
                result = known == null ? null : known.value();
                sizes.isStep(call, container, ofList ? "@items" : "@values");
            }
            result = result == null ? sizes.size(call) : result;
        }
        sizes.setSize(call, result);
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
                    sizes.joinEntries(
                            call, call.arguments().get(0), call.arguments().get(1));
                }
                yield new Estimate(estimate.cost().plus(arguments), estimate.size());
            }
        };
    }

    private Estimate conditional(Call call, List<SizeRange> costs) {
        Expr yes = call.arguments().get(1);
        Expr no = call.arguments().get(2);
        sizes.joinEntries(call, yes, no);
        SizeRange cost = costs.get(0).plus(costs.get(1).union(costs.get(2)));
        return Estimate.of(cost, sizes.sizeOrUnknown(yes).union(sizes.sizeOrUnknown(no)));
    }

    // ---- literals

    private SizeRange list(ListLiteral list) {
        SizeRange cost = sum(list.elements());
        sizes.setEntries(list, new Entries(Kind.LIST, ONE, sizes.unionOf(list.elements())));
        return cost.plus(SizeRange.of(Costs.LIST));
    }

    private SizeRange map(MapLiteral map) {
        List<Expr> keys = map.entries().stream().map(Expr.Entry::key).toList();
        List<Expr> values = map.entries().stream().map(Expr.Entry::value).toList();
        SizeRange cost = sum(keys).plus(sum(values));
        sizes.setEntries(map, new Entries(Kind.MAP, sizes.unionOf(keys), sizes.unionOf(values)));
        return cost.plus(SizeRange.of(Costs.MAP));
    }

    private SizeRange struct(StructLiteral struct) {
        return sum(struct.fields().stream().map(Expr.Field::value).toList()).plus(SizeRange.of(Costs.STRUCT));
    }

    // ---- loops

    private SizeRange binding(Comprehension loop) {
        SizeRange cost = cost(loop.range()).plus(cost(loop.initial()));
        sizes.pushAccumulator(loop);
        cost = cost.plus(cost(loop.result()));
        sizes.popAccumulator(loop);
        sizes.copy(loop, loop.result());
        return cost;
    }

    private SizeRange comprehension(Comprehension loop) {
        SizeRange cost = cost(loop.range()).plus(cost(loop.initial()));
        sizes.pushAccumulator(loop);
        sizes.pushVariables(loop);
        SizeRange round = cost(loop.condition());
        round = round.plus(cost(loop.step()));
        sizes.popVariables(loop);
        cost = cost.plus(cost(loop.result()));
        sizes.popAccumulator(loop);
        SizeRange rounds = sizes.sizeOrUnknown(loop.range());
        cost = cost.plus(rounds.times(round));
        if (loop.initial() instanceof Literal initial) {
            sizes.setSize(loop, sizes.size(initial));
        } else if (loop.initial() instanceof ListLiteral || loop.initial() instanceof MapLiteral) {
            sizes.setSize(loop, rounds);
            sizes.setEntries(loop, sizes.entries(loop.step()));
        }
        return cost;
    }
}
