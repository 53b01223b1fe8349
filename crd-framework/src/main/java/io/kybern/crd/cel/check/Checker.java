package io.kybern.crd.cel.check;

import io.kybern.crd.cel.library.Functions;
import io.kybern.crd.cel.library.Overload;
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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds the types of an expression and the overloads that its calls mean, with the rules and messages of
 * {@code cel-go/checker}.
 */
public final class Checker {
    private final Environment environment;
    private final Substitution substitution = new Substitution();
    private final Map<Integer, CelType> types = new HashMap<>();
    private final Map<Integer, List<Overload>> overloads = new HashMap<>();
    private final Set<String> variables = new HashSet<>();
    private final Deque<Map<String, CelType>> scopes = new ArrayDeque<>();
    private final List<Source.Issue> issues = new ArrayList<>();
    private int nextVariable;

    private Checker(Environment environment) {
        this.environment = environment;
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
        if (!checker.issues.isEmpty()) {
            throw new SyntaxException(source, checker.issues);
        }
        checker.types.replaceAll((id, type) -> checker.substitution.apply(type, true));
        CheckedExpr checked =
                new CheckedExpr(root, checker.types, checker.overloads, checker.variables, source.isDeep());
        List<Source.Issue> issues = new LiteralRules(checked).check();
        if (!issues.isEmpty()) {
            throw new SyntaxException(source, issues);
        }
        return checked;
    }

    private void fail(int position, String message) {
        issues.add(new Source.Issue(position, message));
    }

    private <E extends Expr> E typed(E expression, CelType type) {
        types.put(expression.id(), type);
        return expression;
    }

    private CelType type(Expr expression) {
        return types.getOrDefault(expression.id(), CelType.ERROR);
    }

    private CelType freshVariable() {
        return CelType.parameter("_var" + nextVariable++);
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

    private @Nullable CelType lookUp(String name) {
        String bare = name.startsWith(".") ? name.substring(1) : name;
        for (Map<String, CelType> scope : scopes) {
            CelType local = scope.get(bare);
            if (local != null) {
                return local;
            }
        }
        CelType variable = environment.variables().get(bare);
        if (variable != null) {
            variables.add(bare);
            return variable;
        }
        return environment.type(bare).map(CelType::type).orElse(null);
    }

    private Expr ident(Ident ident) {
        CelType type = lookUp(ident.name());
        if (type == null) {
            undeclared(ident.position(), ident.name());
            return typed(ident, CelType.ERROR);
        }
        return typed(resolved(ident, ident.name()), type);
    }

    private static Ident resolved(Expr expression, String name) {
        return new Ident(expression.id(), expression.position(), name.startsWith(".") ? name.substring(1) : name);
    }

    private void undeclared(int position, String name) {
        fail(position, "undeclared reference to '" + name + "' (in container '')");
    }

    /** {@code a.b.c} as one name. */
    private static Optional<String> qualifiedName(Expr expression) {
        return switch (expression) {
            case Ident ident -> Optional.of(ident.name());
            case Select select
            when !select.test() -> qualifiedName(select.operand()).map(prefix -> prefix + "." + select.field());
            default -> Optional.empty();
        };
    }

    private Expr select(Select select) {
        Optional<String> name = qualifiedName(select);
        if (name.isPresent()) {
            CelType type = lookUp(name.get());
            if (type != null) {
                return typed(resolved(select, name.get()), type);
            }
        }
        Expr operand = check(select.operand());
        CelType result = field(select.position(), operand, select.field(), false);
        Expr checked = new Select(select.id(), select.position(), operand, select.field(), select.test());
        return typed(checked, select.test() ? CelType.BOOL : substitution.apply(result));
    }

    private CelType field(int position, Expr operand, String field, boolean optional) {
        CelType type = substitution.apply(type(operand));
        CelType target = type.isOptional() ? type.first() : type;
        CelType result = switch (target.kind()) {
            case MAP -> target.second();
            case STRUCT -> structField(position, target.name(), field);
            case PARAMETER -> {
                substitution.isAssignable(CelType.DYN, target);
                yield CelType.DYN;
            }
            case DYN, ERROR -> CelType.DYN;
            default -> {
                fail(position, "type '" + target.format() + "' does not support field selection");
                yield CelType.DYN;
            }
        };
        return type.isOptional() || optional ? CelType.optional(result) : result;
    }

    private CelType structField(int position, String struct, String field) {
        if (!environment.structs().has(struct)) {
            fail(position, "unexpected failed resolution of '" + struct + "'");
            return CelType.ERROR;
        }
        return environment.structs().field(struct, field).orElseGet(() -> {
            fail(position, "undefined field '" + field + "'");
            return CelType.ERROR;
        });
    }

    // ---- calls

    private Expr call(Call call) {
        if (call.function().equals("_?._")) {
            return optionalSelect(call);
        }
        List<Expr> arguments = checkAll(call.arguments());
        Expr target = call.target();
        if (target == null) {
            return resolve(new Call(call.id(), call.position(), call.function(), null, arguments));
        }
        Optional<String> qualified = qualifiedName(target).map(prefix -> prefix + "." + call.function());
        if (qualified.isPresent() && !environment.functions(qualified.get()).isEmpty()) {
            return resolve(new Call(call.id(), call.position(), qualified.get(), null, arguments));
        }
        return resolve(new Call(call.id(), call.position(), call.function(), check(target), arguments));
    }

    private Expr optionalSelect(Call call) {
        Expr operand = check(call.arguments().get(0));
        Literal name = (Literal) call.arguments().get(1);
        typed(name, CelType.STRING);
        CelType result = field(call.position(), operand, (String) name.value(), true);
        overloads.put(call.id(), Functions.named("_?._"));
        Call checked = new Call(call.id(), call.position(), call.function(), null, List.of(operand, name));
        return typed(checked, substitution.apply(result));
    }

    private Expr resolve(Call call) {
        List<Overload> candidates = environment.functions(call.function());
        if (candidates.isEmpty()) {
            undeclared(call.position(), call.function());
            return typed(call, CelType.ERROR);
        }
        List<CelType> arguments = new ArrayList<>();
        if (call.target() != null) {
            arguments.add(type(call.target()));
        }
        call.arguments().forEach(a -> arguments.add(type(a)));
        if (call.function().equals("_&&_") || call.function().equals("_||_")) {
            return logical(call, candidates, arguments);
        }
        List<Overload> matching = new ArrayList<>();
        CelType result = null;
        for (Overload overload : candidates) {
            if (overload.member() != (call.target() != null)) {
                continue;
            }
            Overload instance = instantiate(overload);
            if (substitution.isAssignable(arguments, instance.parameters())) {
                matching.add(overload);
                CelType one = substitution.apply(instance.result());
                result = result == null || result.isDyn() || result.equals(one)
                        ? result == null ? one : result
                        : CelType.DYN;
            }
        }
        if (result == null) {
            noOverload(call, arguments);
            return typed(call, CelType.ERROR);
        }
        overloads.put(call.id(), List.copyOf(matching));
        return typed(call, result);
    }

    private Expr logical(Call call, List<Overload> candidates, List<CelType> arguments) {
        boolean failed = false;
        for (int i = 0; i < arguments.size(); i++) {
            if (!substitution.isAssignable(arguments.get(i), CelType.BOOL)) {
                mismatch(call.arguments().get(i).position(), CelType.BOOL, arguments.get(i));
                failed = true;
            }
        }
        overloads.put(call.id(), candidates);
        return typed(call, failed ? CelType.ERROR : CelType.BOOL);
    }

    private Overload instantiate(Overload overload) {
        if (!overload.result().hasParameter() && overload.parameters().stream().noneMatch(CelType::hasParameter)) {
            return overload;
        }
        Map<String, CelType> fresh = new HashMap<>();
        List<CelType> parameters =
                overload.parameters().stream().map(p -> rename(p, fresh)).toList();
        return Overload.global(
                overload.function(),
                overload.id(),
                rename(overload.result(), fresh),
                parameters.toArray(CelType[]::new));
    }

    private CelType rename(CelType type, Map<String, CelType> fresh) {
        if (type.kind() == Kind.PARAMETER) {
            return fresh.computeIfAbsent(type.name(), n -> freshVariable());
        }
        if (!type.hasParameter()) {
            return type;
        }
        List<CelType> parameters =
                type.parameters().stream().map(p -> rename(p, fresh)).toList();
        return new CelType(type.kind(), type.name(), parameters);
    }

    private void noOverload(Call call, List<CelType> arguments) {
        List<String> names = arguments.stream()
                .map(a -> substitution.apply(a, true).format())
                .collect(Collectors.toCollection(ArrayList::new));
        String target = call.target() == null ? "" : names.removeFirst() + ".";
        fail(
                call.position(),
                "found no matching overload for '" + call.function() + "' applied to '" + target + "("
                        + String.join(", ", names) + ")'");
    }

    private void mismatch(int position, CelType expected, CelType actual) {
        fail(position, "expected type '" + expected.format() + "' but found '" + actual.format() + "'");
    }

    // ---- literals

    /** The type that holds all elements so far and another one; that they differ is for {@link LiteralRules} to tell. */
    private CelType join(@Nullable CelType previous, CelType current) {
        if (previous == null) {
            return current;
        }
        return substitution.isAssignable(previous, current) ? Substitution.mostGeneral(previous, current) : CelType.DYN;
    }

    private CelType unwrapped(Expr expression, boolean optional) {
        CelType type = type(expression);
        if (!optional) {
            return type;
        }
        if (type.isOptional()) {
            return type.first();
        }
        if (!type.isDyn()) {
            mismatch(expression.position(), CelType.optional(type), type);
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
        return typed(checked, CelType.list(element == null ? freshVariable() : element));
    }

    private Expr map(MapLiteral map) {
        List<Expr.Entry> entries = new ArrayList<>();
        CelType keys = null;
        CelType values = null;
        for (Expr.Entry entry : map.entries()) {
            Expr key = check(entry.key());
            keys = join(keys, type(key));
            Expr value = check(entry.value());
            values = join(values, unwrapped(value, entry.optional()));
            entries.add(new Expr.Entry(entry.id(), entry.position(), key, value, entry.optional()));
        }
        Expr checked = new MapLiteral(map.id(), map.position(), entries);
        CelType key = keys == null ? freshVariable() : keys;
        return typed(checked, CelType.map(key, values == null ? freshVariable() : values));
    }

    private Expr struct(StructLiteral struct) {
        CelType named = lookUp(struct.type());
        if (named == null) {
            undeclared(struct.position(), struct.type());
            return typed(struct, CelType.ERROR);
        }
        CelType type = named.kind() == Kind.TYPE ? named.first() : CelType.ERROR;
        if (named.kind() != Kind.TYPE) {
            fail(struct.position(), "'" + named.name() + "' is not a type");
        } else if (type.kind() != Kind.STRUCT) {
            fail(struct.position(), "'" + type.name() + "' is not a message type");
        }
        List<Expr.Field> fields = new ArrayList<>();
        for (Expr.Field field : struct.fields()) {
            Expr value = check(field.value());
            fields.add(new Expr.Field(field.id(), field.position(), field.name(), value, field.optional()));
            if (type.kind() == Kind.STRUCT) {
                CelType declared = structField(field.position(), type.name(), field.name());
                CelType given = unwrapped(value, field.optional());
                if (!substitution.isAssignable(declared, given)) {
                    fail(
                            field.position(),
                            "expected type of field '" + field.name() + "' is '" + declared.format()
                                    + "' but provided type is '" + given.format() + "'");
                }
            }
        }
        return typed(new StructLiteral(struct.id(), struct.position(), type.name(), fields), type);
    }

    // ---- loops

    private Expr comprehension(Comprehension loop) {
        Expr range = check(loop.range());
        Expr initial = check(loop.initial());
        CelType collection = substitution.apply(type(range));
        CelType accumulated = type(initial);
        Map<String, CelType> variables = variables(loop, range, collection);
        scopes.push(Map.of(loop.accumulator(), accumulated));
        scopes.push(variables);
        Expr condition = check(loop.condition());
        expect(condition, CelType.BOOL);
        Expr step = check(loop.step());
        expect(step, accumulated);
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
        return typed(checked, substitution.apply(type(result)));
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
                substitution.isAssignable(CelType.DYN, collection);
                first = CelType.DYN;
                second = CelType.DYN;
            }
            default -> {
                fail(
                        range.position(),
                        "expression of type '" + collection.format()
                                + "' cannot be range of a comprehension (must be list, map, or dynamic)");
                first = CelType.ERROR;
                second = CelType.ERROR;
            }
        }
        return two ? Map.of(loop.variable(), first, loop.second(), second) : Map.of(loop.variable(), first);
    }

    private void expect(Expr expression, CelType expected) {
        if (!substitution.isAssignable(expected, type(expression))) {
            mismatch(expression.position(), expected, type(expression));
        }
    }
}
