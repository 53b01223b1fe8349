package io.kybern.crd.cel.program;

import io.kybern.crd.cel.cost.CallCost;
import io.kybern.crd.cel.cost.Costs;
import io.kybern.crd.cel.library.Overload;
import io.kybern.crd.cel.value.CelError;
import io.kybern.crd.cel.value.CelList;
import io.kybern.crd.cel.value.CelMap;
import io.kybern.crd.cel.value.CelOptional;
import io.kybern.crd.cel.value.Values;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** A part of a program. Immutable; evaluates to a value or a {@link CelError}, and spends what that costs. */
sealed interface Node {
    Object evaluate(Frame frame);

    record Constant(Object value) implements Node {
        @Override
        public Object evaluate(Frame frame) {
            return value;
        }
    }

    record Variable(String name) implements Node {
        @Override
        public Object evaluate(Frame frame) {
            frame.spend(Costs.SELECT);
            return frame.variable(name);
        }
    }

    record Local(int index) implements Node {
        @Override
        public Object evaluate(Frame frame) {
            frame.spend(Costs.SELECT);
            return frame.locals[index];
        }
    }

    /** @param cost one more if the operand is no path of its own */
    record Field(Node operand, String name, long cost) implements Node {
        @Override
        public Object evaluate(Frame frame) {
            Object container = operand.evaluate(frame);
            frame.spend(cost);
            if (container instanceof CelOptional optional) {
                return optional.hasValue() ? Access.optional(optional.value(), name) : optional;
            }
            return container instanceof CelError ? container : Access.field(container, name);
        }
    }

    record Has(Node operand, String name) implements Node {
        @Override
        public Object evaluate(Frame frame) {
            Object container = operand.evaluate(frame);
            if (container instanceof CelError) {
                return container;
            }
            Object inner =
                    container instanceof CelOptional optional && optional.hasValue() ? optional.value() : container;
            Object found = Access.optional(inner, name);
            return found instanceof CelOptional optional ? (Object) optional.hasValue() : found;
        }
    }

    /** @param cost none if the key is a path: then it has been paid for */
    record Index(Node operand, Node key, long cost) implements Node {
        @Override
        public Object evaluate(Frame frame) {
            Object container = operand.evaluate(frame);
            Object index = key.evaluate(frame);
            frame.spend(cost);
            if (container instanceof CelError || index instanceof CelError) {
                return container instanceof CelError ? container : index;
            }
            if (container instanceof CelOptional optional) {
                return optional.hasValue() ? Access.optional(optional.value(), index) : optional;
            }
            return Access.at(container, index);
        }
    }

    /** {@code a.?b} and {@code a[?b]}: costs only what is there. */
    record OptionalAccess(Node operand, Node key, long cost) implements Node {
        @Override
        public Object evaluate(Frame frame) {
            Object container = operand.evaluate(frame);
            Object index = key.evaluate(frame);
            if (container instanceof CelError || index instanceof CelError) {
                return container instanceof CelError ? container : index;
            }
            if (container instanceof CelOptional optional && !optional.hasValue()) {
                return optional;
            }
            Object within = container instanceof CelOptional optional ? optional.value() : container;
            Object found = Access.optional(within, index);
            if (found instanceof CelOptional optional && optional.hasValue()) {
                frame.spend(cost);
            }
            return found;
        }
    }

    /** What holds whatever fails on the other side: {@code &&} if {@code decisive} is false, else {@code ||}. */
    record Logic(Node left, Node right, boolean decisive) implements Node {
        @Override
        public Object evaluate(Frame frame) {
            Object first = left.evaluate(frame);
            if (first.equals(decisive)) {
                return decisive;
            }
            Object second = right.evaluate(frame);
            if (second.equals(decisive)) {
                return decisive;
            }
            return first instanceof Boolean ? checked(second) : checked(first);
        }

        private static Object checked(Object value) {
            return value instanceof Boolean || value instanceof CelError ? value : CelError.NO_OVERLOAD;
        }
    }

    record Conditional(Node condition, Node yes, Node no) implements Node {
        @Override
        public Object evaluate(Frame frame) {
            return switch (condition.evaluate(frame)) {
                case Boolean holds -> holds ? yes.evaluate(frame) : no.evaluate(frame);
                case CelError error -> error;
                default -> CelError.NO_OVERLOAD;
            };
        }
    }

    /** A path as a branch of a conditional: where it begins costs nothing. */
    record Branch(Node path) implements Node {
        @Override
        public Object evaluate(Frame frame) {
            Object value = path.evaluate(frame);
            frame.spend(-Costs.SELECT);
            return value;
        }
    }

    /** Errors do not end a loop: whether they matter is seen at its end. */
    record NotStrictlyFalse(Node operand) implements Node {
        @Override
        public Object evaluate(Frame frame) {
            Object value = operand.evaluate(frame);
            frame.spend(1);
            return !value.equals(false);
        }
    }

    /** {@code a.or(b)} and {@code a.orValue(b)}. */
    record Or(Node left, Node right, boolean unwraps) implements Node {
        @Override
        public Object evaluate(Frame frame) {
            Object first = left.evaluate(frame);
            if (!(first instanceof CelOptional optional)) {
                return first;
            }
            return optional.hasValue() ? unwraps ? optional.value() : optional : right.evaluate(frame);
        }
    }

    /** Whether a value is one of some constants. */
    record InConstants(Node operand, CelList list, Set<String> texts) implements Node {
        @Override
        public Object evaluate(Frame frame) {
            Object value = operand.evaluate(frame);
            if (value instanceof CelError) {
                return value;
            }
            return value instanceof String ? (Object) texts.contains(value) : list.contains(value);
        }
    }

    /** @param overloads the first that takes the arguments is called */
    record Invocation(String function, List<Node> arguments, List<Overload> overloads) implements Node {
        private static final int LONG = 1_000;

        @Override
        public Object evaluate(Frame frame) {
            Object[] values = new Object[arguments.size()];
            Object failed = null;
            for (int i = 0; i < values.length; i++) {
                values[i] = arguments.get(i).evaluate(frame);
                if (failed == null && values[i] instanceof CelError) {
                    failed = values[i];
                }
            }
            if (failed != null) {
                frame.spend(1);
                return failed;
            }
            for (Overload overload : overloads) {
                if (overload.accepts(values)) {
                    return call(frame, overload, values);
                }
            }
            frame.spend(1);
            String types =
                    Arrays.stream(values).map(v -> Values.typeOf(v).name()).collect(Collectors.joining(", "));
            return new CelError("no such overload: " + function + "(" + types + ")");
        }

        private Object call(Frame frame, Overload overload, Object[] values) {
            if (isLong(values)) {
                frame.checkRoom(exact(values, overload).cost().actual(values, false));
            }
            Object result = overload.implementation().call(values);
            CallCost cost = exact(values, overload).cost();
            frame.spend(cost.actual(values, result));
            return result;
        }

        /** Whether it may cost so much that this is to be known before. */
        private static boolean isLong(Object[] values) {
            for (Object value : values) {
                if (value instanceof CelList list
                        ? list.size() > LONG
                        : value instanceof String s && s.length() > LONG) {
                    return true;
                }
            }
            return false;
        }

        /** Operators do the same for all types, but what that costs depends on them. */
        private Overload exact(Object[] values, Overload first) {
            if (first.guarded() || overloads.size() == 1) {
                return first;
            }
            for (Overload overload : overloads) {
                if (overload.fits(values)) {
                    return overload;
                }
            }
            return first;
        }
    }

    record MakeList(List<Node> elements, List<Boolean> optional) implements Node {
        @Override
        public Object evaluate(Frame frame) {
            List<Object> made = new ArrayList<>(elements.size());
            for (int i = 0; i < elements.size(); i++) {
                Object value = elements.get(i).evaluate(frame);
                if (value instanceof CelError) {
                    return value;
                }
                if (!optional.get(i)) {
                    made.add(value);
                } else if (!(value instanceof CelOptional optionalValue)) {
                    return Access.notOptional(value);
                } else if (optionalValue.hasValue()) {
                    made.add(optionalValue.value());
                }
            }
            frame.spend(Costs.LIST);
            return CelList.of(made);
        }
    }

    record MakeMap(List<Node> keys, List<Node> values, List<Boolean> optional) implements Node {
        @Override
        public Object evaluate(Frame frame) {
            Map<Object, Object> made = new LinkedHashMap<>();
            for (int i = 0; i < keys.size(); i++) {
                Object key = keys.get(i).evaluate(frame);
                Object value = key instanceof CelError ? key : values.get(i).evaluate(frame);
                if (value instanceof CelError) {
                    return value;
                }
                if (!optional.get(i)) {
                    made.put(key, value);
                } else if (!(value instanceof CelOptional optionalValue)) {
                    return Access.notOptional(value);
                } else if (optionalValue.hasValue()) {
                    made.put(key, optionalValue.value());
                }
            }
            frame.spend(Costs.MAP);
            return CelMap.of(made);
        }
    }

    /** An object of a type with fields: a map of them. */
    record MakeStruct(String type, List<String> names, List<Node> values, List<Boolean> optional) implements Node {
        @Override
        public Object evaluate(Frame frame) {
            Map<Object, Object> made = new LinkedHashMap<>();
            for (int i = 0; i < names.size(); i++) {
                Object value = values.get(i).evaluate(frame);
                if (value instanceof CelError) {
                    return value;
                }
                Object content = optional.get(i) && value instanceof CelOptional o ? o.content() : value;
                if (content != null) {
                    made.put(names.get(i), content);
                }
            }
            frame.spend(Costs.STRUCT);
            return new StructValue(type, made);
        }
    }

    /** @param second index of the second variable; negative: there is none */
    record Loop(
            Node range, int variable, int second, int accumulator, Node initial, Node condition, Node step, Node result)
            implements Node {
        @Override
        public Object evaluate(Frame frame) {
            Object collection = range.evaluate(frame);
            if (collection instanceof CelError) {
                return collection;
            }
            frame.locals[accumulator] = initial.evaluate(frame);
            switch (collection) {
                case CelList list -> {
                    for (int i = 0; i < list.size(); i++) {
                        Object element = list.get(i);
                        if (!round(frame, second < 0 ? element : (Object) (long) i, element)) {
                            break;
                        }
                    }
                }
                case CelMap map -> {
                    for (Object key : map.keys()) {
                        if (!round(frame, key, second < 0 ? key : map.at(key))) {
                            break;
                        }
                    }
                }
                default -> {
                    return CelError.NO_OVERLOAD;
                }
            }
            return result.evaluate(frame);
        }

        private boolean round(Frame frame, Object first, Object other) {
            frame.locals[variable] = first;
            if (second >= 0) {
                frame.locals[second] = other;
            }
            if (!condition.evaluate(frame).equals(true)) {
                return false;
            }
            frame.locals[accumulator] = step.evaluate(frame);
            return true;
        }
    }

    /** Names a value for the evaluation of another. */
    record Binding(int name, Node value, Node result) implements Node {
        @Override
        public Object evaluate(Frame frame) {
            frame.locals[name] = value.evaluate(frame);
            return result.evaluate(frame);
        }
    }
}
