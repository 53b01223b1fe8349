package io.kybern.crd.cel.cost;

import java.util.List;
import java.util.Optional;

/** What a call costs: at most, by the sizes of its arguments, and in fact. */
public interface CallCost {
    /**
     * @param cost without that of the arguments
     * @param size of the result, where it is known
     */
    record Estimate(SizeRange cost, Optional<SizeRange> size) {
        public static Estimate of(SizeRange cost) {
            return new Estimate(cost, Optional.empty());
        }

        public static Estimate of(SizeRange cost, SizeRange size) {
            return new Estimate(cost, Optional.of(size));
        }
    }

    /** @param arguments the target of a member function first */
    Estimate estimate(List<Operand> arguments);

    long actual(Object[] arguments, Object result);
}
