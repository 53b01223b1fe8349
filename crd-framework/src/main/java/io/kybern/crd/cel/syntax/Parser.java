package io.kybern.crd.cel.syntax;

import dev.cel.common.CelIssue;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.CelValidationResult;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.parser.CelParser;
import dev.cel.parser.CelParserFactory;
import io.kybern.crd.cel.value.Bytes;
import io.kybern.crd.cel.value.CelNull;
import io.kybern.crd.cel.value.UInt;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Parses expressions by the grammar of cel-java, whose messages are those of the original, and expands {@link Macros}.
 * All that is used of that library is used here.
 */
public final class Parser {
    private static final CelParser GRAMMAR = CelParserFactory.standardCelParserBuilder()
            .setOptions(CelOptions.current().enableOptionalSyntax(true).build())
            .build();

    private static final KnownTexts KNOWN = new KnownTexts();
    private static final KnownTexts KNOWN_WITH_BINDINGS = new KnownTexts();

    private static final int LONGEST = 100_000;
    private static final int DEEPEST = 250;
    private static final Pattern NOT_OF_THE_GRAMMAR = Pattern.compile(
            "reserved identifier: .*|For input string: .*|Invalid unicode code point|unsupported .*|.*[Ii]nvalid .*");
    private static final Pattern END_OR_OTHER = Pattern.compile("expecting \\{<EOF>, .*}$");
    private static final Pattern CONSTANT_AS_FIELD =
            Pattern.compile("no viable alternative at input '.(true|false|null)'");

    private final int[] text;
    private final Map<Long, Integer> positions;
    private final List<Source.Issue> issues = new ArrayList<>();
    private int nextId = 1;

    private final boolean bindings;

    private Parser(Source source, Map<Long, Integer> positions, boolean bindings) {
        this.bindings = bindings;
        this.text = source.text().codePoints().toArray();
        this.positions = positions;
    }

    /**
     * @param bindings whether {@code cel.bind} is a macro
     * @throws SyntaxException if it is no expression
     */
    public static Expr parse(Source source, boolean bindings) throws SyntaxException {
        KnownTexts texts = bindings ? KNOWN_WITH_BINDINGS : KNOWN;
        Expr known = texts.get(source.text());
        if (known == null) {
            known = read(source, bindings);
            texts.put(source.text(), known);
        }
        return known;
    }

    private static Expr read(Source source, boolean bindings) throws SyntaxException {
        int length = source.text().codePointCount(0, source.text().length());
        if (length > LONGEST) {
            throw new SyntaxException(
                    source,
                    List.of(new Source.Issue(
                            Source.NOWHERE,
                            "expression code point size exceeds limit: size: " + length + ", limit " + LONGEST)));
        }
        CelValidationResult parsed = GRAMMAR.parse(source.text());
        if (parsed.hasError()) {
            throw new SyntaxException(source, issues(source, parsed.getErrors()));
        }
        try {
            Parser parser = new Parser(source, parsed.getAst().getSource().getPositionsMap(), bindings);
            Expr expression = parser.expression(parsed.getAst().getExpr());
            if (!parser.issues.isEmpty()) {
                throw new SyntaxException(source, parser.issues);
            }
            return expression;
        } catch (CelValidationException e) {
            throw new SyntaxException(source, issues(source, e.getErrors()));
        }
    }

    private static List<Source.Issue> issues(Source source, Iterable<CelIssue> found) {
        List<Source.Issue> issues = new ArrayList<>();
        for (CelIssue issue : found) {
            if (issue.getMessage().startsWith("Expression recursion limit exceeded")) {
                return List.of(new Source.Issue(Source.NOWHERE, tooDeep(source.text())));
            }
            int line = issue.getSourceLocation().getLine();
            int column = issue.getSourceLocation().getColumn();
            issues.add(new Source.Issue(position(source, line, column), message(issue.getMessage())));
        }
        return issues;
    }

    private static int position(Source source, int line, int column) {
        int position = 0;
        for (int[] points = source.text().codePoints().toArray(); line > 1 && position < points.length; position++) {
            line -= points[position] == '\n' ? 1 : 0;
        }
        return position + Math.max(column, 0);
    }

    /** The original has one limit in its grammar, for what is nested, and one after it, for chains such as {@code a.b.c}. */
    private static String tooDeep(String text) {
        int depth = 0;
        int deepest = 0;
        for (int i = 0; i < text.length(); i++) {
            char sign = text.charAt(i);
            if ("([{?".indexOf(sign) >= 0) {
                deepest = Math.max(deepest, ++depth);
            } else if (")]}".indexOf(sign) >= 0) {
                depth--;
            }
        }
        return deepest >= DEEPEST ? "expression recursion limit exceeded: " + DEEPEST : "max recursion depth exceeded";
    }

    private static String message(String message) {
        if (message.startsWith("For input string")) {
            return "invalid int literal";
        }
        if (NOT_OF_THE_GRAMMAR.matcher(message).matches()) {
            return message;
        }
        String named = CONSTANT_AS_FIELD.matcher(message).replaceAll("mismatched input '$1' expecting IDENTIFIER");
        return "Syntax error: " + END_OR_OTHER.matcher(named).replaceAll("expecting <EOF>");
    }

    // ---- for macros

    int newId() {
        return nextId++;
    }

    Expr fail(int position, String message) {
        issues.add(new Source.Issue(position, message));
        return new Expr.Literal(newId(), position, CelNull.NULL);
    }

    // ---- conversion

    private int position(long id) {
        return positions.getOrDefault(id, 0);
    }

    private Expr expression(CelExpr e) {
        int position = position(e.id());
        return switch (e.getKind()) {
            case CONSTANT -> literal(position, constant(e.constant()));
            case IDENT -> new Expr.Ident(newId(), position, e.ident().name());
            case SELECT -> select(e.select(), position);
            case CALL -> call(e.call(), position);
            case LIST -> list(e.list(), position);
            case MAP -> map(e.map(), position);
            case STRUCT -> struct(e.struct(), position);
            default -> fail(position, "unexpected expression");
        };
    }

    /** A negative number begins with its sign. */
    private Expr literal(int position, Object value) {
        boolean negative = (value instanceof Long i && i < 0) || (value instanceof Double d && d < 0);
        int start = position;
        while (negative && start > 0 && text[start] != '-') {
            start--;
        }
        return new Expr.Literal(newId(), start, value);
    }

    private Expr select(CelExpr.CelSelect select, int position) {
        Expr operand = expression(select.operand());
        return new Expr.Select(newId(), position, operand, select.field(), false);
    }

    private static Object constant(CelConstant constant) {
        return switch (constant.getKind()) {
            case NULL_VALUE -> CelNull.NULL;
            case BOOLEAN_VALUE -> constant.booleanValue();
            case INT64_VALUE -> constant.int64Value();
            case UINT64_VALUE -> new UInt(constant.uint64Value().longValue());
            case DOUBLE_VALUE -> constant.doubleValue();
            case STRING_VALUE -> constant.stringValue();
            case BYTES_VALUE -> new Bytes(constant.bytesValue().toByteArray());
            default -> throw new IllegalStateException("a constant of kind " + constant.getKind());
        };
    }

    private List<Expr> expressions(List<CelExpr> all) {
        List<Expr> converted = new ArrayList<>(all.size());
        for (CelExpr each : all) {
            converted.add(expression(each));
        }
        return converted;
    }

    private Expr call(CelExpr.CelCall call, int position) {
        @Nullable Expr target = call.target().isPresent() ? expression(call.target().get()) : null;
        List<Expr> arguments = expressions(call.args());
        return new Macros(this, position, bindings)
                .expand(call.function(), target, arguments)
                .orElseGet(() -> new Expr.Call(newId(), position, call.function(), target, arguments));
    }

    private Expr list(CelExpr.CelList list, int position) {
        List<Boolean> optional = new ArrayList<>();
        for (int i = 0; i < list.elements().size(); i++) {
            optional.add(list.optionalIndices().contains(i));
        }
        return new Expr.ListLiteral(newId(), position, expressions(list.elements()), optional);
    }

    private Expr map(CelExpr.CelMap map, int position) {
        List<Expr.Entry> entries = new ArrayList<>();
        for (CelExpr.CelMap.Entry entry : map.entries()) {
            Expr key = expression(entry.key());
            Expr value = expression(entry.value());
            entries.add(new Expr.Entry(newId(), position(entry.id()), key, value, entry.optionalEntry()));
        }
        return new Expr.MapLiteral(newId(), position, entries);
    }

    private Expr struct(CelExpr.CelStruct struct, int position) {
        List<Expr.Field> fields = new ArrayList<>();
        for (CelExpr.CelStruct.Entry entry : struct.entries()) {
            Expr value = expression(entry.value());
            fields.add(new Expr.Field(newId(), position(entry.id()), entry.fieldKey(), value, entry.optionalEntry()));
        }
        return new Expr.StructLiteral(newId(), position, struct.messageName(), fields);
    }
}
