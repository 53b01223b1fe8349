package io.kybern.crd.cel.library;

import io.kybern.crd.cel.library.StringFormat.FormatException;
import io.kybern.crd.cel.syntax.Expr;
import io.kybern.crd.cel.type.CelType;
import io.kybern.crd.cel.type.CelType.Kind;
import java.util.EnumSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;

/** Whether a constant format and the types of its arguments fit together. */
public final class FormatCheck implements StringFormat.Clauses {
    private static final Set<Kind> PRINTABLE = EnumSet.of(
            Kind.LIST,
            Kind.MAP,
            Kind.INT,
            Kind.UINT,
            Kind.DOUBLE,
            Kind.BOOL,
            Kind.STRING,
            Kind.TIMESTAMP,
            Kind.BYTES,
            Kind.DURATION,
            Kind.TYPE,
            Kind.NULL);

    private final Expr.ListLiteral list;
    private final Function<Expr, CelType> types;
    private int requested;
    private OptionalInt bad = OptionalInt.empty();

    private FormatCheck(Expr.ListLiteral list, Function<Expr, CelType> types) {
        this.list = list;
        this.types = types;
    }

    /** @param position of the argument that is wrong; empty if it is the call */
    public record Problem(OptionalInt position, String message) {}

    public static Optional<Problem> check(String format, Expr.ListLiteral arguments, Function<Expr, CelType> types) {
        FormatCheck check = new FormatCheck(arguments, types);
        try {
            StringFormat.write(format, check);
        } catch (FormatException e) {
            return Optional.of(new Problem(check.bad, String.valueOf(e.getMessage())));
        }
        int given = arguments.elements().size();
        return given <= check.requested
                ? Optional.empty()
                : Optional.of(new Problem(
                        OptionalInt.empty(),
                        "too many arguments supplied to string.format (expected " + check.requested + ", got " + given
                                + ")"));
    }

    @Override
    public int arguments() {
        return list.elements().size();
    }

    @Override
    public String clause(char letter, int precision, int argument) throws FormatException {
        requested++;
        StringFormat.checkLetter(letter);
        Set<Kind> accepted = switch (letter) {
            case 'd', 'o' -> EnumSet.of(Kind.INT, Kind.UINT);
            case 'f', 'e' -> EnumSet.of(Kind.DOUBLE, Kind.STRING);
            case 'b' -> EnumSet.of(Kind.INT, Kind.UINT, Kind.BOOL);
            case 'x', 'X' -> EnumSet.of(Kind.INT, Kind.UINT, Kind.STRING, Kind.BYTES);
            default -> PRINTABLE;
        };
        check(letter, accepted, list.elements().get(argument));
        return "";
    }

    private void check(char letter, Set<Kind> accepted, Expr argument) throws FormatException {
        CelType type = types.apply(argument);
        if (!type.isDyn() && !accepted.contains(type.kind())) {
            bad = OptionalInt.of(argument.position());
            throw new FormatException("error during formatting: "
                    + StringFormat.wrong(letter, type).getMessage());
        }
        if (letter != 's') {
            return;
        }
        if (argument instanceof Expr.ListLiteral inner) {
            for (Expr element : inner.elements()) {
                check(letter, accepted, element);
            }
        } else if (argument instanceof Expr.MapLiteral map) {
            for (Expr.Entry entry : map.entries()) {
                check(letter, accepted, entry.key());
                check(letter, accepted, entry.value());
            }
        }
    }
}
