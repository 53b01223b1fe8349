package io.kybern.crd.cel.program;

import com.google.re2j.PatternSyntaxException;
import io.kybern.crd.cel.check.CheckedExpr;
import io.kybern.crd.cel.check.Environment;
import io.kybern.crd.cel.cost.Costs;
import io.kybern.crd.cel.library.Functions;
import io.kybern.crd.cel.library.Overload;
import io.kybern.crd.cel.library.Regexes;
import io.kybern.crd.cel.syntax.Expr;
import io.kybern.crd.cel.syntax.Expr.Call;
import io.kybern.crd.cel.syntax.Expr.Comprehension;
import io.kybern.crd.cel.syntax.Expr.Ident;
import io.kybern.crd.cel.syntax.Expr.ListLiteral;
import io.kybern.crd.cel.syntax.Expr.Literal;
import io.kybern.crd.cel.syntax.Expr.MapLiteral;
import io.kybern.crd.cel.syntax.Expr.Select;
import io.kybern.crd.cel.syntax.Expr.StructLiteral;
import io.kybern.crd.cel.value.CelError;
import io.kybern.crd.cel.value.CelList;
import io.kybern.crd.cel.value.CelMap;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** Makes the program of an expression. What is constant is computed here, once. */
final class Planner {
    private static final Set<String> CONVERSIONS =
            Set.of("bool", "bytes", "double", "duration", "dyn", "int", "string", "timestamp", "type", "uint");

    private final CheckedExpr checked;
    private final Environment environment;
    private final Map<String, Integer> locals = new HashMap<>();
    private int slots;

    Planner(CheckedExpr checked, Environment environment) {
        this.checked = checked;
        this.environment = environment;
    }

    /** A constant that can't be computed: the expression is refused. */
    static final class ConstantException extends RuntimeException {
        private static final long serialVersionUID = 1;

        ConstantException(String message) {
            super(message, null, false, false);
        }
    }

    Node plan() {
        return plan(checked.root());
    }

    /** How many values the program's loops name. */
    int slots() {
        return slots;
    }

    private Node plan(Expr expression) {
        return switch (expression) {
            case Literal literal -> new Node.Constant(literal.value());
            case Ident ident -> ident(ident.name());
            case Select select -> select(select);
            case Call call -> call(call);
            case ListLiteral list -> list(list);
            case MapLiteral map -> map(map);
            case StructLiteral struct ->
                new Node.MakeStruct(
                        struct.type(),
                        struct.fields().stream().map(Expr.Field::name).toList(),
                        struct.fields().stream().map(f -> plan(f.value())).toList(),
                        struct.fields().stream().map(Expr.Field::optional).toList());
            case Comprehension loop -> loop.isBinding() ? binding(loop) : loop(loop);
        };
    }

    private Node ident(String name) {
        Integer local = locals.get(name);
        if (local != null) {
            return new Node.Local(local);
        }
        return environment.variables().containsKey(name)
                ? new Node.Variable(name)
                : new Node.Constant(environment.type(name).orElseThrow());
    }

    private Node select(Select select) {
        Node operand = plan(select.operand());
        if (select.test()) {
            return new Node.Has(operand, select.field());
        }
        return new Node.Field(operand, select.field(), isPath(operand) ? Costs.SELECT : 2 * Costs.SELECT);
    }

    private static boolean isPath(Node node) {
        return node instanceof Node.Variable
                || node instanceof Node.Local
                || node instanceof Node.Field
                || node instanceof Node.Index
                || node instanceof Node.OptionalAccess;
    }

    private static Node branch(Node node) {
        return isPath(node) ? new Node.Branch(node) : node;
    }

    private static long keyCost(Node key) {
        return isPath(key) ? 0 : Costs.SELECT;
    }

    private Node call(Call call) {
        List<Node> arguments = new ArrayList<>();
        if (call.target() != null) {
            arguments.add(plan(call.target()));
        }
        call.arguments().forEach(a -> arguments.add(plan(a)));
        return switch (call.function()) {
            case "_&&_" -> new Node.Logic(arguments.get(0), arguments.get(1), false);
            case "_||_" -> new Node.Logic(arguments.get(0), arguments.get(1), true);
            case "_?_:_" -> new Node.Conditional(arguments.get(0), branch(arguments.get(1)), branch(arguments.get(2)));
            case "@not_strictly_false" -> new Node.NotStrictlyFalse(arguments.getFirst());
            case "_[_]" -> new Node.Index(arguments.get(0), arguments.get(1), keyCost(arguments.get(1)));
            case "_?._", "_[?_]" ->
                new Node.OptionalAccess(arguments.get(0), arguments.get(1), keyCost(arguments.get(1)));
            case "or", "orValue" ->
                new Node.Or(arguments.get(0), arguments.get(1), call.function().equals("orValue"));
            case "@in" -> in(call, arguments);
            default -> invocation(call, arguments);
        };
    }

    private Node in(Call call, List<Node> arguments) {
        if (arguments.get(1) instanceof Node.Constant constant && constant.value() instanceof CelList list) {
            Set<String> texts = new HashSet<>();
            for (int i = 0; i < list.size(); i++) {
                if (list.get(i) instanceof String text) {
                    texts.add(text);
                }
            }
            return new Node.InConstants(arguments.getFirst(), list, Collections.unmodifiableSet(texts));
        }
        return invocation(call, arguments);
    }

    private Node invocation(Call call, List<Node> arguments) {
        List<Overload> overloads = checked.overloads(call);
        if (overloads.size() > 1) { // dynamic: the types at run time decide among all of the form
            overloads = Functions.named(call.function()).stream()
                    .filter(o -> o.member() == (call.target() != null))
                    .filter(o -> o.parameters().size() == arguments.size())
                    .toList();
        }
        checkRegex(call, arguments);
        Node invocation = new Node.Invocation(call.function(), List.copyOf(arguments), overloads);
        if (CONVERSIONS.contains(call.function()) && arguments.getFirst() instanceof Node.Constant) {
            Object value = invocation.evaluate(new Frame(Map.of(), 0, Long.MAX_VALUE));
            if (value instanceof CelError error) {
                throw new ConstantException(error.message());
            }
            return new Node.Constant(value);
        }
        return invocation;
    }

    private static void checkRegex(Call call, List<Node> arguments) {
        boolean matches = Set.of("matches", "find", "findAll").contains(call.function());
        if (matches && arguments.get(1) instanceof Node.Constant constant && constant.value() instanceof String regex) {
            try {
                Regexes.compile(regex);
            } catch (PatternSyntaxException e) {
                throw new ConstantException(String.valueOf(e.getMessage()));
            }
        }
    }

    private Node list(ListLiteral list) {
        List<Node> elements = list.elements().stream().map(this::plan).toList();
        boolean plain = !list.optional().contains(true);
        if (plain && elements.stream().allMatch(Node.Constant.class::isInstance)) {
            return new Node.Constant(CelList.constant(
                    elements.stream().map(e -> ((Node.Constant) e).value()).toList()));
        }
        return new Node.MakeList(elements, list.optional());
    }

    private Node map(MapLiteral map) {
        List<Node> keys = map.entries().stream().map(e -> plan(e.key())).toList();
        List<Node> values = map.entries().stream().map(e -> plan(e.value())).toList();
        List<Boolean> optional =
                map.entries().stream().map(Expr.Entry::optional).toList();
        boolean constant = !optional.contains(true)
                && keys.stream().allMatch(Node.Constant.class::isInstance)
                && values.stream().allMatch(Node.Constant.class::isInstance);
        if (!constant) {
            return new Node.MakeMap(keys, values, optional);
        }
        Map<Object, Object> entries = new LinkedHashMap<>();
        for (int i = 0; i < keys.size(); i++) {
            entries.put(((Node.Constant) keys.get(i)).value(), ((Node.Constant) values.get(i)).value());
        }
        return new Node.Constant(CelMap.of(entries));
    }

    // ---- names of values

    /** Plans what sees a name, and gives the name back to what it stood for before. */
    private Node scoped(Map<String, Integer> names, Supplier<Node> body) {
        Map<String, Integer> before = new HashMap<>(locals);
        locals.putAll(names);
        Node node = body.get();
        locals.clear();
        locals.putAll(before);
        return node;
    }

    private Node binding(Comprehension loop) {
        Node value = plan(loop.initial());
        int slot = slots++;
        return new Node.Binding(slot, value, scoped(Map.of(loop.accumulator(), slot), () -> plan(loop.result())));
    }

    private Node loop(Comprehension loop) {
        Node range = plan(loop.range());
        Node initial = plan(loop.initial());
        int accumulator = slots++;
        int variable = slots++;
        int second = loop.second().isEmpty() ? -1 : slots++;
        Map<String, Integer> names = new HashMap<>();
        names.put(loop.accumulator(), accumulator);
        Node result = scoped(names, () -> plan(loop.result()));
        names.put(loop.variable(), variable);
        if (second >= 0) {
            names.put(loop.second(), second);
        }
        Node condition = scoped(names, () -> plan(loop.condition()));
        Node step = scoped(names, () -> plan(loop.step()));
        return new Node.Loop(range, variable, second, accumulator, initial, condition, step, result);
    }
}
