package io.kybern.crd.cel.cost;

import io.kybern.crd.cel.cost.CallCost.Estimate;
import io.kybern.crd.cel.value.Values;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToLongBiFunction;

/** The costs that several functions have. */
public final class CallCosts {
    /** One unit: what every call costs of which nothing else is said. */
    public static final CallCost ONE = fixed(1);

    /** A look at each character of the first argument. */
    public static final CallCost TRAVERSAL = traversal(1);

    private CallCosts() {}

    public static CallCost fixed(long cost) {
        return of(arguments -> Estimate.of(SizeRange.of(cost)), (arguments, result) -> cost);
    }

    /** So many looks at each character of the first argument. */
    public static CallCost traversal(double looks) {
        return of(
                arguments -> Estimate.of(arguments.getFirst().size().times(looks * Costs.TRAVERSAL)),
                (arguments, result) -> Costs.traversal(Values.size(arguments[0]) * looks));
    }

    /** A look at each character of the first argument, with a result of the same size. */
    public static CallCost mapping() {
        return of(
                arguments -> {
                    SizeRange size = arguments.getFirst().size();
                    return Estimate.of(size.times(Costs.TRAVERSAL), size);
                },
                (arguments, result) -> Costs.traversal(Values.size(arguments[0])));
    }

    public static CallCost of(Function<List<Operand>, Estimate> estimate, ToLongBiFunction<Object[], Object> actual) {
        return new CallCost() {
            @Override
            public Estimate estimate(List<Operand> arguments) {
                return estimate.apply(arguments);
            }

            @Override
            public long actual(Object[] arguments, Object result) {
                return actual.applyAsLong(arguments, result);
            }
        };
    }
}
