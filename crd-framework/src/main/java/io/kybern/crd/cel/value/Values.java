package io.kybern.crd.cel.value;

import io.kybern.crd.cel.type.CelType;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.OffsetDateTime;

/**
 * What holds of all values. CEL's types are these classes: Boolean, Long, {@link UInt}, Double, String, {@link Bytes},
 * {@link CelNull}, OffsetDateTime, Duration, {@link CelList}, {@link CelMap}, {@link CelOptional}, {@link CelType} for
 * types themselves, {@link CelObject} for those of libraries, and {@link CelError}.
 */
public final class Values {
    private Values() {}

    /** The type of a value, without parameters. */
    public static CelType typeOf(Object value) {
        return switch (value) {
            case Boolean b -> CelType.BOOL;
            case Long i -> CelType.INT;
            case UInt u -> CelType.UINT;
            case Double d -> CelType.DOUBLE;
            case String s -> CelType.STRING;
            case Bytes b -> CelType.BYTES;
            case CelNull n -> CelType.NULL;
            case OffsetDateTime t -> CelType.TIMESTAMP;
            case Duration d -> CelType.DURATION;
            case CelList l -> CelType.LIST;
            case CelMap m -> CelType.MAP;
            case CelOptional o -> CelType.OPTIONAL;
            case CelType t -> CelType.TYPE;
            case CelObject o -> o.type();
            default -> CelType.ERROR;
        };
    }

    /** @return a Boolean or an error */
    public static Object equal(Object left, Object right) {
        if (left instanceof CelNull || right instanceof CelNull) {
            return left == right;
        }
        if (right instanceof CelError) {
            return right;
        }
        return switch (left) {
            case CelError error -> error;
            case Long i -> equalNumbers(i, right);
            case UInt u -> equalNumbers(u, right);
            case Double d -> equalNumbers(d, right);
            case OffsetDateTime time -> right instanceof OffsetDateTime other && time.isEqual(other);
            case CelList list -> list.equalTo(right);
            case CelMap map -> map.equalTo(right);
            case CelOptional optional -> equalOptionals(optional, right);
            case CelType type -> right instanceof CelType other && type.name().equals(other.name());
            case CelObject object -> object.equalTo(right);
            default -> left.equals(right);
        };
    }

    private static Object equalNumbers(Object left, Object right) {
        if (left.getClass() == right.getClass() && !(left instanceof Double)) {
            return left.equals(right);
        }
        return isNumber(right) && Arithmetic.compare(left, right) instanceof Long order && order == 0;
    }

    static boolean isNumber(Object value) {
        return value instanceof Long || value instanceof Double || value instanceof UInt;
    }

    private static Object equalOptionals(CelOptional left, Object right) {
        if (!(right instanceof CelOptional other)) {
            return false;
        }
        Object mine = left.content();
        Object others = other.content();
        return mine == null || others == null ? (Object) (mine == others) : equal(mine, others);
    }

    /** What costs go by: characters, bytes, elements, entries; 1 for all else. */
    public static long size(Object value) {
        return switch (value) {
            case String s -> length(s);
            case Bytes b -> b.content().length;
            case CelList l -> l.size();
            case CelMap m -> m.size();
            case CelObject o -> o.size();
            default -> 1;
        };
    }

    private static long length(String text) {
        Work.spend(text.length());
        return text.codePointCount(0, text.length());
    }

    /** As Go's {@code %v} prints the value within messages. */
    public static String text(Object value) {
        return switch (value) {
            case Double d -> decimal(d);
            case CelType t -> t.name();
            case CelError e -> e.message();
            default -> value.toString();
        };
    }

    /** As Go's {@code %g} prints it: the shortest form, with an exponent below 1e-4 and from 1e+06. */
    public static String decimal(double value) {
        if (Double.isNaN(value)) {
            return "NaN";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "+Inf" : "-Inf";
        }
        if (value == 0) {
            return 1 / value < 0 ? "-0" : "0";
        }
        BigDecimal exact = new BigDecimal(Double.toString(value)).stripTrailingZeros();
        int exponent = exact.precision() - exact.scale() - 1;
        if (exponent >= -4 && exponent < 6) {
            return exact.toPlainString();
        }
        String digits = exact.unscaledValue().abs().toString();
        String fraction = digits.length() > 1 ? "." + digits.substring(1) : "";
        String power = (exponent < 0 ? "-" : "+") + (Math.abs(exponent) < 10 ? "0" : "") + Math.abs(exponent);
        return (value < 0 ? "-" : "") + digits.charAt(0) + fraction + "e" + power;
    }
}
