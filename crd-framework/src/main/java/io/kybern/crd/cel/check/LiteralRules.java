package io.kybern.crd.cel.check;

import com.google.re2j.PatternSyntaxException;
import io.kybern.crd.cel.library.FormatCheck;
import io.kybern.crd.cel.library.Regexes;
import io.kybern.crd.cel.syntax.Expr;
import io.kybern.crd.cel.syntax.Source;
import io.kybern.crd.cel.type.CelType;
import io.kybern.crd.cel.value.Conversions;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What must hold of constants: that durations, timestamps and regular expressions are such, that lists and maps are of
 * one type, and that formats fit their arguments.
 */
final class LiteralRules {
    private final CheckedExpr checked;
    private final List<Source.Issue> issues = new ArrayList<>();

    LiteralRules(CheckedExpr checked) {
        this.checked = checked;
    }

    List<Source.Issue> check() {
        walk(checked.root(), false);
        return issues;
    }

    private void walk(@Nullable Expr expression, boolean formatted) {
        switch (expression) {
            case null -> {}
            case Expr.Literal literal -> {}
            case Expr.Ident ident -> {}
            case Expr.Select select -> walk(select.operand(), formatted);
            case Expr.Call call -> call(call, formatted);
            case Expr.ListLiteral list -> list(list, formatted);
            case Expr.MapLiteral map -> map(map, formatted);
            case Expr.StructLiteral struct -> struct.fields().forEach(f -> walk(f.value(), formatted));
            case Expr.Comprehension loop -> {
                walk(loop.range(), formatted);
                walk(loop.initial(), formatted);
                walk(loop.condition(), formatted);
                walk(loop.step(), formatted);
                walk(loop.result(), formatted);
            }
        }
    }

    private void call(Expr.Call call, boolean formatted) {
        boolean inside = formatted || call.function().equals("format");
        walk(call.target(), inside);
        call.arguments().forEach(a -> walk(a, inside));
        if (!call.arguments().isEmpty()
                && call.arguments().getFirst() instanceof Expr.Literal literal
                && !isValid(call.function(), literal.value())) {
            issues.add(new Source.Issue(literal.position(), "invalid " + call.function() + " argument"));
        }
        if (call.function().equals("format")
                && call.target() instanceof Expr.Literal format
                && format.value() instanceof String text
                && call.arguments().getFirst() instanceof Expr.ListLiteral arguments) {
            FormatCheck.check(text, arguments, checked::type)
                    .map(p -> new Source.Issue(p.position().orElse(call.position()), p.message()))
                    .ifPresent(issues::add);
        }
    }

    private static boolean isValid(String function, Object literal) {
        return switch (function) {
            case "duration" -> Conversions.toDuration(literal) instanceof Duration;
            case "timestamp" -> Conversions.toTimestamp(literal) instanceof OffsetDateTime;
            case "matches" -> !(literal instanceof String regex) || isRegex(regex);
            default -> true;
        };
    }

    private static boolean isRegex(String regex) {
        try {
            Regexes.compile(regex);
            return true;
        } catch (PatternSyntaxException e) {
            return false;
        }
    }

    private void list(Expr.ListLiteral list, boolean formatted) {
        list.elements().forEach(e -> walk(e, formatted));
        if (formatted) {
            return;
        }
        CelType first = null;
        for (int i = 0; i < list.elements().size(); i++) {
            Expr element = list.elements().get(i);
            CelType type = unwrapped(checked.type(element), list.optional().get(i));
            first = first == null ? type : first;
            if (differs(element, first, type)) {
                return;
            }
        }
    }

    private void map(Expr.MapLiteral map, boolean formatted) {
        CelType keys = null;
        CelType values = null;
        for (Expr.Entry entry : map.entries()) {
            walk(entry.key(), formatted);
            walk(entry.value(), formatted);
            if (!formatted) {
                CelType key = checked.type(entry.key());
                CelType value = unwrapped(checked.type(entry.value()), entry.optional());
                keys = keys == null ? key : keys;
                values = values == null ? value : values;
                differs(entry.key(), keys, key);
                differs(entry.value(), values, value);
            }
        }
    }

    private static CelType unwrapped(CelType type, boolean optional) {
        return optional && type.isOptional() ? type.first() : type;
    }

    private boolean differs(Expr element, CelType expected, CelType actual) {
        if (expected.equals(actual)) {
            return false;
        }
        issues.add(new Source.Issue(
                element.position(), "expected type '" + expected.format() + "' but found '" + actual.format() + "'"));
        return true;
    }
}
