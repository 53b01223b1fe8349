package io.kybern.crd.cel.syntax;

import io.kybern.crd.cel.syntax.Expr.Call;
import io.kybern.crd.cel.syntax.Expr.Comprehension;
import io.kybern.crd.cel.syntax.Expr.Ident;
import io.kybern.crd.cel.syntax.Expr.ListLiteral;
import io.kybern.crd.cel.syntax.Expr.Literal;
import io.kybern.crd.cel.syntax.Expr.MapLiteral;
import io.kybern.crd.cel.syntax.Expr.Select;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The calls that become loops and bindings: {@code has}, the quantifiers, {@code map}, {@code filter}, those of two
 * variables, {@code optMap}, {@code sortBy}. What they become is what the original makes of them, as costs go by it.
 */
final class Macros {
    private static final String UNUSED = "#unused";
    private static final String SORTED = "@__sortBy_input__";

    private final Parser parser;
    private final int position;
    private final boolean bindings;

    /**
     * @param position of the call: what the expansion is made of stands there
     * @param bindings whether {@code cel.bind} is one
     */
    Macros(Parser parser, int position, boolean bindings) {
        this.bindings = bindings;
        this.parser = parser;
        this.position = position;
    }

    /** Empty if the call is no macro. */
    Optional<Expr> expand(String function, @Nullable Expr target, List<Expr> arguments) {
        if (target == null) {
            return function.equals("has") && arguments.size() == 1
                    ? Optional.of(has(arguments.getFirst()))
                    : Optional.empty();
        }
        if (bindings
                && target instanceof Ident space
                && space.name().equals("cel")
                && function.equals("bind")
                && arguments.size() == 3) {
            return Optional.of(binding(arguments));
        }
        String macro = function + "/" + arguments.size();
        return Optional.ofNullable(
                switch (macro) {
                    case "all/2", "exists/2", "exists_one/2", "existsOne/2" -> quantifier(function, target, arguments);
                    case "map/2", "map/3" -> map(target, arguments);
                    case "filter/2" -> filter(target, arguments);
                    case "all/3", "exists/3", "exists_one/3", "existsOne/3" ->
                        quantifierOfTwo(function, target, arguments);
                    case "transformList/3", "transformList/4" -> transformList(target, arguments);
                    case "transformMap/3", "transformMap/4" -> transformMap(target, arguments, false);
                    case "transformMapEntry/3", "transformMapEntry/4" -> transformMap(target, arguments, true);
                    case "optMap/2", "optFlatMap/2" -> optional(function, target, arguments);
                    case "sortBy/2" -> sortBy(target, arguments);
                    default -> null;
                });
    }

    private Expr literal(Object value) {
        return new Literal(parser.newId(), position, value);
    }

    private Expr ident(String name) {
        return new Ident(parser.newId(), position, name);
    }

    private Expr accumulator() {
        return ident(Expr.ACCUMULATOR);
    }

    private Expr call(String function, Expr... arguments) {
        return new Call(parser.newId(), position, function, null, List.of(arguments));
    }

    private Expr list(Expr... elements) {
        return new ListLiteral(
                parser.newId(), position, List.of(elements), Collections.nCopies(elements.length, false));
    }

    private Expr loop(
            Expr range, String variable, String second, Expr initial, Expr condition, Expr step, Expr result) {
        return new Comprehension(
                parser.newId(), position, range, variable, second, Expr.ACCUMULATOR, initial, condition, step, result);
    }

    private Expr binding(List<Expr> arguments) {
        return variable(arguments.getFirst(), "cel.bind() variable names must be simple identifiers")
                .map(name -> bind(name, arguments.get(1), arguments.get(2)))
                .orElseGet(this::failed);
    }

    private Expr bind(String name, Expr value, Expr result) {
        return new Comprehension(
                parser.newId(), position, list(), UNUSED, "", name, value, literal(false), ident(name), result);
    }

    private Expr has(Expr argument) {
        return argument instanceof Select select
                ? new Select(parser.newId(), position, select.operand(), select.field(), true)
                : parser.fail(argument.position(), "invalid argument to has() macro");
    }

    /** The name of a variable, or none, which has been told. */
    private Optional<String> variable(Expr argument, String complaint) {
        if (!(argument instanceof Ident ident)) {
            parser.fail(argument.position(), complaint);
            return Optional.empty();
        }
        if (ident.name().equals(Expr.ACCUMULATOR)) {
            parser.fail(argument.position(), "iteration variable overwrites accumulator variable");
            return Optional.empty();
        }
        return Optional.of(ident.name());
    }

    private Expr failed() {
        return literal(false);
    }

    private Expr quantifier(String function, Expr target, List<Expr> arguments) {
        return variable(arguments.get(0), "argument must be a simple name")
                .map(name -> quantifier(function, target, name, "", arguments.get(1)))
                .orElseGet(this::failed);
    }

    private Expr quantifierOfTwo(String function, Expr target, List<Expr> arguments) {
        return variables(arguments)
                .map(names -> quantifier(function, target, names.get(0), names.get(1), arguments.get(2)))
                .orElseGet(this::failed);
    }

    private Expr quantifier(String function, Expr target, String first, String second, Expr predicate) {
        return switch (function) {
            case "all" -> {
                Expr condition = call("@not_strictly_false", accumulator());
                Expr step = call("_&&_", accumulator(), predicate);
                yield loop(target, first, second, literal(true), condition, step, accumulator());
            }
            case "exists" -> {
                Expr condition = call("@not_strictly_false", call("!_", accumulator()));
                Expr step = call("_||_", accumulator(), predicate);
                yield loop(target, first, second, literal(false), condition, step, accumulator());
            }
            default -> {
                Expr step = call("_?_:_", predicate, call("_+_", accumulator(), literal(1L)), accumulator());
                Expr result = call("_==_", accumulator(), literal(1L));
                yield loop(target, first, second, literal(0L), literal(true), step, result);
            }
        };
    }

    private Optional<List<String>> variables(List<Expr> arguments) {
        Optional<String> first = variable(arguments.get(0), "argument must be a simple name");
        Optional<String> second = first.flatMap(f -> variable(arguments.get(1), "argument must be a simple name"));
        if (second.isPresent() && second.equals(first)) {
            parser.fail(arguments.get(1).position(), "duplicate variable name: " + first.get());
            return Optional.empty();
        }
        return second.map(s -> List.of(first.get(), s));
    }

    private Expr filtered(Optional<Expr> filter, Expr step) {
        return filter.map(f -> call("_?_:_", f, step, accumulator())).orElse(step);
    }

    private Expr map(Expr target, List<Expr> arguments) {
        Optional<Expr> filter = arguments.size() == 3 ? Optional.of(arguments.get(1)) : Optional.empty();
        return variable(arguments.getFirst(), "argument is not an identifier")
                .map(name -> {
                    Expr step = call("_+_", accumulator(), list(arguments.getLast()));
                    return loop(target, name, "", list(), literal(true), filtered(filter, step), accumulator());
                })
                .orElseGet(this::failed);
    }

    private Expr filter(Expr target, List<Expr> arguments) {
        return variable(arguments.getFirst(), "argument is not an identifier")
                .map(name -> {
                    Expr step = call("_+_", accumulator(), list(arguments.getFirst()));
                    Expr all = filtered(Optional.of(arguments.get(1)), step);
                    return loop(target, name, "", list(), literal(true), all, accumulator());
                })
                .orElseGet(this::failed);
    }

    private Expr transformList(Expr target, List<Expr> arguments) {
        Optional<Expr> filter = arguments.size() == 4 ? Optional.of(arguments.get(2)) : Optional.empty();
        return variables(arguments)
                .map(names -> {
                    Expr step = call("_+_", accumulator(), list(arguments.getLast()));
                    Expr all = filtered(filter, step);
                    return loop(target, names.get(0), names.get(1), list(), literal(true), all, accumulator());
                })
                .orElseGet(this::failed);
    }

    private Expr transformMap(Expr target, List<Expr> arguments, boolean entries) {
        Optional<Expr> filter = arguments.size() == 4 ? Optional.of(arguments.get(2)) : Optional.empty();
        return variables(arguments)
                .map(names -> {
                    Expr made = arguments.getLast();
                    Expr step = entries
                            ? call("cel.@mapInsert", accumulator(), made)
                            : call("cel.@mapInsert", accumulator(), ident(names.get(0)), made);
                    Expr empty = new MapLiteral(parser.newId(), position, List.of());
                    Expr all = filtered(filter, step);
                    return loop(target, names.get(0), names.get(1), empty, literal(true), all, accumulator());
                })
                .orElseGet(this::failed);
    }

    private Expr optional(String function, Expr target, List<Expr> arguments) {
        if (!(arguments.getFirst() instanceof Ident name)) {
            return parser.fail(
                    arguments.getFirst().position(), function + "() variable name must be a simple identifier");
        }
        Expr value = new Call(parser.newId(), position, "value", target, List.of());
        Expr present = new Call(parser.newId(), position, "hasValue", target, List.of());
        Expr bound = bind(name.name(), value, arguments.get(1));
        Expr some = function.equals("optMap") ? member("of", bound) : bound;
        return call("_?_:_", present, some, member("none"));
    }

    private Expr member(String function, Expr... arguments) {
        return call("optional." + function, arguments);
    }

    private Expr sortBy(Expr target, List<Expr> arguments) {
        if (target instanceof Literal || target instanceof MapLiteral) {
            return parser.fail(
                    target.position(),
                    "sortBy can only be applied to a list, identifier, comprehension, call or select expression");
        }
        Expr keys = map(ident(SORTED), arguments);
        Expr sorted = new Call(parser.newId(), position, "@sortByAssociatedKeys", ident(SORTED), List.of(keys));
        return bind(SORTED, target, sorted);
    }
}
