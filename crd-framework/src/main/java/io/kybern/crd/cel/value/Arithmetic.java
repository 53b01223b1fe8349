package io.kybern.crd.cel.value;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.function.LongBinaryOperator;

/** The operators on numbers, texts, lists and times. Each answers a value or an error. */
public final class Arithmetic {
    private static final CelError INT_OVERFLOW = new CelError("integer overflow");
    private static final CelError UINT_OVERFLOW = new CelError("unsigned integer overflow");
    private static final CelError DURATION_OVERFLOW = new CelError("duration overflow");
    private static final CelError TIME_OVERFLOW = new CelError("timestamp overflow");
    private static final CelError DIVISION_BY_ZERO = new CelError("division by zero");
    private static final CelError MODULUS_BY_ZERO = new CelError("modulus by zero");
    private static final CelError NOT_A_NUMBER = new CelError("NaN values cannot be ordered");

    /** Years 1 to 9999. */
    private static final long FIRST_SECOND = -62135596800L;

    private static final long LAST_SECOND = 253402300799L;

    private Arithmetic() {}

    private static CelError no(String operator) {
        return new CelError("no such overload: " + operator);
    }

    public static Object add(Object left, Object right) {
        return switch (left) {
            case Long a -> right instanceof Long b ? exact(Math::addExact, a, b) : CelError.NO_OVERLOAD;
            case Double a -> right instanceof Double b ? (Object) (a + b) : CelError.NO_OVERLOAD;
            case String a -> right instanceof String b ? a + b : CelError.NO_OVERLOAD;
            case Bytes a -> right instanceof Bytes b ? a.plus(b) : CelError.NO_OVERLOAD;
            case CelList a -> right instanceof CelList b ? a.plus(b) : CelError.NO_OVERLOAD;
            case UInt a -> right instanceof UInt b ? unsigned(big(a).add(big(b))) : CelError.NO_OVERLOAD;
            case Duration a ->
                switch (right) {
                    case Duration b -> duration(nanos(a).add(nanos(b)));
                    case OffsetDateTime t -> time(t, a);
                    default -> CelError.NO_OVERLOAD;
                };
            case OffsetDateTime t -> right instanceof Duration d ? time(t, d) : CelError.NO_OVERLOAD;
            default -> no("_+_");
        };
    }

    public static Object subtract(Object left, Object right) {
        return switch (left) {
            case Long a -> right instanceof Long b ? exact(Math::subtractExact, a, b) : CelError.NO_OVERLOAD;
            case Double a -> right instanceof Double b ? (Object) (a - b) : CelError.NO_OVERLOAD;
            case UInt a -> right instanceof UInt b ? unsigned(big(a).subtract(big(b))) : CelError.NO_OVERLOAD;
            case Duration a ->
                right instanceof Duration b ? duration(nanos(a).subtract(nanos(b))) : CelError.NO_OVERLOAD;
            case OffsetDateTime t ->
                switch (right) {
                    case Duration d -> time(t, d.negated());
                    case OffsetDateTime other -> duration(nanos(Duration.between(other, t)));
                    default -> CelError.NO_OVERLOAD;
                };
            default -> no("_-_");
        };
    }

    public static Object multiply(Object left, Object right) {
        return switch (left) {
            case Long a -> right instanceof Long b ? exact(Math::multiplyExact, a, b) : CelError.NO_OVERLOAD;
            case Double a -> right instanceof Double b ? (Object) (a * b) : CelError.NO_OVERLOAD;
            case UInt a -> right instanceof UInt b ? unsigned(big(a).multiply(big(b))) : CelError.NO_OVERLOAD;
            default -> no("_*_");
        };
    }

    public static Object divide(Object left, Object right) {
        return switch (left) {
            case Long a
            when right instanceof Long b ->
                b == 0 ? DIVISION_BY_ZERO : a == Long.MIN_VALUE && b == -1 ? INT_OVERFLOW : (Object) (a / b);
            case Double a when right instanceof Double b -> a / b;
            case UInt a
            when right instanceof UInt b ->
                b.bits() == 0 ? DIVISION_BY_ZERO : new UInt(Long.divideUnsigned(a.bits(), b.bits()));
            default -> Values.isNumber(left) ? CelError.NO_OVERLOAD : no("_/_");
        };
    }

    public static Object modulo(Object left, Object right) {
        return switch (left) {
            case Long a
            when right instanceof Long b ->
                b == 0 ? MODULUS_BY_ZERO : a == Long.MIN_VALUE && b == -1 ? INT_OVERFLOW : (Object) (a % b);
            case UInt a
            when right instanceof UInt b ->
                b.bits() == 0 ? MODULUS_BY_ZERO : new UInt(Long.remainderUnsigned(a.bits(), b.bits()));
            case Long a -> CelError.NO_OVERLOAD;
            case UInt a -> CelError.NO_OVERLOAD;
            default -> no("_%_");
        };
    }

    public static Object negate(Object value) {
        return switch (value) {
            case Long a -> a == Long.MIN_VALUE ? INT_OVERFLOW : (Object) (-a);
            case Double a -> -a;
            case Boolean b -> CelError.NO_OVERLOAD;
            default -> no("-_");
        };
    }

    public static Object not(Object value) {
        return value instanceof Boolean b ? (Object) !b : CelError.NO_OVERLOAD;
    }

    /** @return -1, 0 or 1 as Long, or an error */
    public static Object compare(Object left, Object right) {
        return switch (left) {
            case Long a when right instanceof Long b -> (long) a.compareTo(b);
            case String a when right instanceof String b -> (long) Integer.signum(compareText(a, b));
            case Boolean a when right instanceof Boolean b -> (long) a.compareTo(b);
            case UInt a when right instanceof UInt b -> (long) Integer.signum(a.compareTo(b));
            case Bytes a when right instanceof Bytes b -> (long) Integer.signum(a.compareTo(b));
            case Duration a when right instanceof Duration b -> (long) Integer.signum(a.compareTo(b));
            case OffsetDateTime a
            when right instanceof OffsetDateTime b ->
                (long) Integer.signum(a.toInstant().compareTo(b.toInstant()));
            default ->
                Values.isNumber(left) && Values.isNumber(right) ? compareNumbers(left, right) : CelError.NO_OVERLOAD;
        };
    }

    /** By code points, as the order of their UTF-8 bytes is. */
    private static int compareText(String a, String b) {
        int length = Math.min(a.length(), b.length());
        for (int i = 0; i < length; i++) {
            char x = a.charAt(i);
            char y = b.charAt(i);
            if (x != y) {
                boolean surrogates = Character.isSurrogate(x) != Character.isSurrogate(y);
                return surrogates ? (Character.isSurrogate(x) ? 1 : -1) : Character.compare(x, y);
            }
        }
        return Integer.compare(a.length(), b.length());
    }

    private static Object compareNumbers(Object left, Object right) {
        if (isNan(left) || isNan(right)) {
            return NOT_A_NUMBER;
        }
        if (left instanceof Double a && a.isInfinite()) {
            return right.equals(left) ? 0L : a > 0 ? 1L : -1L;
        }
        if (right instanceof Double b && b.isInfinite()) {
            return b > 0 ? -1L : 1L;
        }
        return (long) decimal(left).compareTo(decimal(right));
    }

    private static boolean isNan(Object number) {
        return number instanceof Double d && d.isNaN();
    }

    private static BigDecimal decimal(Object number) {
        return switch (number) {
            case Long i -> BigDecimal.valueOf(i);
            case UInt u -> new BigDecimal(big(u));
            default -> BigDecimal.valueOf(((Number) number).doubleValue());
        };
    }

    private static Object exact(LongBinaryOperator operator, long a, long b) {
        try {
            return operator.applyAsLong(a, b);
        } catch (ArithmeticException e) {
            return INT_OVERFLOW;
        }
    }

    static BigInteger big(UInt value) {
        return new BigInteger(value.toString());
    }

    private static Object unsigned(BigInteger value) {
        return value.signum() < 0 || value.bitLength() > 64 ? UINT_OVERFLOW : new UInt(value.longValue());
    }

    static BigInteger nanos(Duration duration) {
        return BigInteger.valueOf(duration.getSeconds())
                .multiply(BigInteger.valueOf(1_000_000_000))
                .add(BigInteger.valueOf(duration.getNano()));
    }

    private static Object duration(BigInteger nanos) {
        return nanos.bitLength() > 63 ? DURATION_OVERFLOW : Duration.ofNanos(nanos.longValue());
    }

    private static Object time(OffsetDateTime time, Duration distance) {
        long second;
        try {
            second = Math.addExact(time.toEpochSecond(), distance.getSeconds());
        } catch (ArithmeticException e) {
            return TIME_OVERFLOW;
        }
        return isTime(second) ? time.plus(distance) : TIME_OVERFLOW;
    }

    static boolean isTime(long second) {
        return second >= FIRST_SECOND && second <= LAST_SECOND;
    }

    static CelError timeOverflow() {
        return TIME_OVERFLOW;
    }

    static CelError intOverflow() {
        return INT_OVERFLOW;
    }

    static CelError uintOverflow() {
        return UINT_OVERFLOW;
    }
}
