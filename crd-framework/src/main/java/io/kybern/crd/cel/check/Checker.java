package io.kybern.crd.cel.check;

import io.kybern.crd.cel.library.Functions;
import io.kybern.crd.cel.syntax.DeepStack;
import io.kybern.crd.cel.syntax.Expr;
import io.kybern.crd.cel.syntax.Expr.Call;
import io.kybern.crd.cel.syntax.Expr.Comprehension;
import io.kybern.crd.cel.syntax.Expr.Ident;
import io.kybern.crd.cel.syntax.Expr.ListLiteral;
import io.kybern.crd.cel.syntax.Expr.Literal;
import io.kybern.crd.cel.syntax.Expr.MapLiteral;
import io.kybern.crd.cel.syntax.Expr.Select;
import io.kybern.crd.cel.syntax.Expr.StructLiteral;
import io.kybern.crd.cel.syntax.Parser;
import io.kybern.crd.cel.syntax.Source;
import io.kybern.crd.cel.syntax.SyntaxException;
import io.kybern.crd.cel.type.CelType;
import io.kybern.crd.cel.type.CelType.Kind;
import io.kybern.crd.cel.value.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds the types of an expression and the overloads that its calls mean, with the rules and messages of
 * {@code cel-go/checker}.
 */
public final class Checker {
    private final Inference inference = new Inference();
    private final Scopes scopes;
    private final Fields fields;
    private final OverloadResolution overloads;
    private final Environment environment;

    private Checker(Environment environment) {
        this.environment = environment;
        this.scopes = new Scopes(environment);
        this.fields = new Fields(environment.structs(), inference);
        this.overloads = new OverloadResolution(environment, inference);
    }

    /**
     * Parses and checks an expression.
     *
     * @throws SyntaxException if it is none or does not fit together
     */
    public static CheckedExpr compile(String text, Environment environment) throws SyntaxException {
        Source source = new Source(text);
        return source.isDeep() ? DeepStack.run(() -> compile(source, environment)) : compile(source, environment);
    }

    private static CheckedExpr compile(Source source, Environment environment) throws SyntaxException {
        Checker checker = new Checker(environment);
        Expr root = checker.check(Parser.parse(source, environment.extras().contains(Environment.Extra.BINDINGS)));
        Inference found = checker.inference;
        if (!found.issues().isEmpty()) {
            throw new SyntaxException(source, found.issues());
        }
        CheckedExpr checked =
                new CheckedExpr(root, found.finalTypes(), found.overloads(), checker.scopes.used(), source.isDeep());
        List<Source.Issue> issues = new LiteralRules(checked).check();
        if (!issues.isEmpty()) {
            throw new SyntaxException(source, issues);
        }
        return checked;
    }

    private <E extends Expr> E typed(E expression, CelType type) {
        return inference.typed(expression, type);
    }

    private Expr check(Expr expression) {
        return switch (expression) {
            case Literal literal -> typed(literal, Values.typeOf(literal.value()));
            case Ident ident -> ident(ident);
            case Select select -> select(select);
            case Call call -> call(call);
            case ListLiteral list -> list(list);
            case MapLiteral map -> map(map);
            case StructLiteral struct -> struct(struct);
            case Comprehension loop -> comprehension(loop);
        };
    }

    private List<Expr> checkAll(List<Expr> expressions) {
        List<Expr> checked = new ArrayList<>(expressions.size());
        expressions.forEach(e -> checked.add(check(e)));
        return checked;
    }

    // ---- names

    private Expr ident(Ident ident) {
        CelType type = scopes.lookUp(ident.name());
        if (type == null) {
            inference.undeclared(ident.position(), ident.name());
            return typed(ident, CelType.ERROR);
        }
        return typed(Scopes.resolved(ident, ident.name()), type);
    }

    private Expr select(Select select) {
        Optional<String> name = Scopes.qualifiedName(select);
        if (name.isPresent()) {
            CelType type = scopes.lookUp(name.get());
            if (type != null) {
                return typed(Scopes.resolved(select, name.get()), type);
            }
        }
        Expr operand = check(select.operand());
        CelType result = fields.selected(select.position(), operand, select.field(), false);
        Expr checked = new Select(select.id(), select.position(), operand, select.field(), select.test());
        return typed(
                checked, select.test() ? CelType.BOOL : inference.substitution().apply(result));
    }

    // ---- calls

    private Expr call(Call call) {
        if (call.function().equals("_?._")) {
            return optionalSelect(call);
        }
        List<Expr> arguments = checkAll(call.arguments());
        Expr target = call.target();
        if (target == null) {
            return overloads.resolve(new Call(call.id(), call.position(), call.function(), null, arguments));
        }
        Optional<String> qualified = Scopes.qualifiedName(target).map(prefix -> prefix + "." + call.function());
        if (qualified.isPresent() && !environment.functions(qualified.get()).isEmpty()) {
            return overloads.resolve(new Call(call.id(), call.position(), qualified.get(), null, arguments));
        }
        return overloads.resolve(new Call(call.id(), call.position(), call.function(), check(target), arguments));
    }

    private Expr optionalSelect(Call call) {
        Expr operand = check(call.arguments().get(0));
        Literal name = (Literal) call.arguments().get(1);
        typed(name, CelType.STRING);
        CelType result = fields.selected(call.position(), operand, (String) name.value(), true);
        inference.means(call, Functions.named("_?._"));
        Call checked = new Call(call.id(), call.position(), call.function(), null, List.of(operand, name));
        return typed(checked, inference.substitution().apply(result));
    }

    // ---- literals

    /** The type that holds all elements so far and another one; that they differ is for {@link LiteralRules} to tell. */
    private CelType join(@Nullable CelType previous, CelType current) {
        if (previous == null) {
            return current;
        }
        return inference.substitution().isAssignable(previous, current)
                ? Substitution.mostGeneral(previous, current)
                : CelType.DYN;
    }

    private CelType unwrapped(Expr expression, boolean optional) {
        CelType type = inference.type(expression);
        if (!optional) {
            return type;
        }
        if (type.isOptional()) {
            return type.first();
        }
        if (!type.isDyn()) {
            inference.mismatch(expression.position(), CelType.optional(type), type);
        }
        return type;
    }

    private Expr list(ListLiteral list) {
        List<Expr> elements = new ArrayList<>();
        CelType element = null;
        for (int i = 0; i < list.elements().size(); i++) {
            Expr checked = check(list.elements().get(i));
            elements.add(checked);
            element = join(element, unwrapped(checked, list.optional().get(i)));
        }
        Expr checked = new ListLiteral(list.id(), list.position(), elements, list.optional());
        return typed(checked, CelType.list(element == null ? inference.freshVariable() : element));
    }

    private Expr map(MapLiteral map) {
        List<Expr.Entry> entries = new ArrayList<>();
        CelType keys = null;
        CelType values = null;
        for (Expr.Entry entry : map.entries()) {
            Expr key = check(entry.key());
            keys = join(keys, inference.type(key));
            Expr value = check(entry.value());
            values = join(values, unwrapped(value, entry.optional()));
            entries.add(new Expr.Entry(entry.id(), entry.position(), key, value, entry.optional()));
        }
        Expr checked = new MapLiteral(map.id(), map.position(), entries);
        CelType key = keys == null ? inference.freshVariable() : keys;
        return typed(checked, CelType.map(key, values == null ? inference.freshVariable() : values));
    }

    private Expr struct(StructLiteral struct) {
        CelType named = scopes.lookUp(struct.type());
        if (named == null) {
            inference.undeclared(struct.position(), struct.type());
            return typed(struct, CelType.ERROR);
        }
        CelType type = named.kind() == Kind.TYPE ? named.first() : CelType.ERROR;
        if (named.kind() != Kind.TYPE) {
            inference.fail(struct.position(), "'" + named.name() + "' is not a type");
        } else if (type.kind() != Kind.STRUCT) {
            inference.fail(struct.position(), "'" + type.name() + "' is not a message type");
        }
        List<Expr.Field> checked = new ArrayList<>();
        for (Expr.Field field : struct.fields()) {
            Expr value = check(field.value());
            checked.add(new Expr.Field(field.id(), field.position(), field.name(), value, field.optional()));
            if (type.kind() == Kind.STRUCT) {
                CelType declared = fields.ofStruct(field.position(), type.name(), field.name());
                CelType given = unwrapped(value, field.optional());
                if (!inference.substitution().isAssignable(declared, given)) {
                    inference.fail(
                            field.position(),
                            "expected type of field '" + field.name() + "' is '" + declared.format()
                                    + "' but provided type is '" + given.format() + "'");
                }
            }
        }
        return typed(new StructLiteral(struct.id(), struct.position(), type.name(), checked), type);
    }

    // ---- loops

    private Expr comprehension(Comprehension loop) {
        Expr range = check(loop.range());
        Expr initial = check(loop.initial());
        CelType collection = inference.substitution().apply(inference.type(range));
        CelType accumulated = inference.type(initial);
        Map<String, CelType> variables = variables(loop, range, collection);
        scopes.push(Map.of(loop.accumulator(), accumulated));
        scopes.push(variables);
        Expr condition = check(loop.condition());
        inference.expect(condition, CelType.BOOL);
        Expr step = check(loop.step());
        inference.expect(step, accumulated);
        scopes.pop();
        Expr result = check(loop.result());
        scopes.pop();
        Expr checked = new Comprehension(
                loop.id(),
                loop.position(),
                range,
                loop.variable(),
                loop.second(),
                loop.accumulator(),
                initial,
                condition,
                step,
                result);
        return typed(checked, inference.substitution().apply(inference.type(result)));
    }

    private Map<String, CelType> variables(Comprehension loop, Expr range, CelType collection) {
        CelType first;
        CelType second;
        boolean two = !loop.second().isEmpty();
        switch (collection.equals(CelType.ANY) ? Kind.OPAQUE : collection.kind()) {
            case LIST -> {
                first = two ? CelType.INT : collection.first();
                second = collection.first();
            }
            case MAP -> {
                first = collection.first();
                second = collection.second();
            }
            case DYN, ERROR, PARAMETER -> {
                inference.substitution().isAssignable(CelType.DYN, collection);
                first = CelType.DYN;
                second = CelType.DYN;
            }
            default -> {
                inference.fail(
                        range.position(),
                        "expression of type '" + collection.format()
                                + "' cannot be range of a comprehension (must be list, map, or dynamic)");
                first = CelType.ERROR;
                second = CelType.ERROR;
            }
        }
        return two ? Map.of(loop.variable(), first, loop.second(), second) : Map.of(loop.variable(), first);
    }
}
