package io.kybern.crd.cel.library;

import io.kybern.crd.cel.cost.CallCost;
import io.kybern.crd.cel.cost.CallCosts;
import io.kybern.crd.cel.type.CelType;
import io.kybern.crd.cel.value.CelError;
import io.kybern.crd.cel.value.CelList;
import io.kybern.crd.cel.value.Values;
import java.util.List;

/**
 * One form of a function, for arguments of certain types.
 *
 * @param member whether it is called on its first argument: {@code x.f(y)}
 * @param guarded whether it is called only with arguments of its types; if not it looks at them itself
 */
public record Overload(
        String function,
        String id,
        boolean member,
        List<CelType> parameters,
        CelType result,
        Implementation implementation,
        boolean guarded,
        CallCost cost) {
    /** What a function does. Never throws: what fails is a {@link CelError}. Called from many threads. */
    @FunctionalInterface
    public interface Implementation {
        Object call(Object[] arguments);
    }

    /** A function of one argument. */
    @FunctionalInterface
    public interface Unary {
        Object call(Object argument);
    }

    /** A function of two arguments. */
    @FunctionalInterface
    public interface Binary {
        Object call(Object first, Object second);
    }

    private static final Implementation NONE = arguments -> CelError.NO_OVERLOAD;

    public Overload {
        parameters = List.copyOf(parameters);
    }

    public static Overload global(String function, String id, CelType result, CelType... parameters) {
        return new Overload(function, id, false, List.of(parameters), result, NONE, true, CallCosts.ONE);
    }

    public static Overload member(String function, String id, CelType result, CelType... parameters) {
        return new Overload(function, id, true, List.of(parameters), result, NONE, true, CallCosts.ONE);
    }

    public Overload does(Implementation does) {
        return new Overload(function, id, member, parameters, result, does, true, cost);
    }

    public Overload maps(Unary does) {
        return does(arguments -> does.call(arguments[0]));
    }

    public Overload combines(Binary does) {
        return does(arguments -> does.call(arguments[0], arguments[1]));
    }

    /** Called with arguments of any type: operators tell more exactly what is wrong. */
    public Overload unguarded() {
        return new Overload(function, id, member, parameters, result, implementation, false, cost);
    }

    public Overload costs(CallCost cost) {
        return new Overload(function, id, member, parameters, result, implementation, guarded, cost);
    }

    /** Whether it may be called with arguments, by their types. */
    public boolean accepts(Object[] arguments) {
        return !guarded || fits(arguments);
    }

    /** Whether arguments are of the types of the parameters, whoever looks at them. */
    public boolean fits(Object[] arguments) {
        for (int i = 0; i < arguments.length; i++) {
            if (!fits(parameters.get(i), arguments[i])) {
                return false;
            }
        }
        return true;
    }

    /** The first element stands for all. */
    private static boolean fits(CelType parameter, Object argument) {
        if (parameter.kind() == CelType.Kind.PARAMETER || parameter.isDyn()) {
            return true;
        }
        if (!parameter.name().equals(Values.typeOf(argument).name())) {
            return false;
        }
        return !(argument instanceof CelList list) || list.size() == 0 || fits(parameter.first(), list.get(0));
    }
}
