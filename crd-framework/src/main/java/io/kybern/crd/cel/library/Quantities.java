package io.kybern.crd.cel.library;

import static io.kybern.crd.cel.library.Overload.global;
import static io.kybern.crd.cel.library.Overload.member;

import io.kybern.crd.cel.cost.CallCosts;
import io.kybern.crd.cel.type.CelType;
import io.kybern.crd.cel.value.CelError;
import io.kybern.crd.cel.value.CelObject;
import io.kybern.crd.value.Quantity;
import java.math.BigDecimal;
import java.util.List;

/** Amounts of resources: {@code quantity('1Gi').add(...)}. */
final class Quantities {
    private static final CelType TYPE = CelType.struct("kubernetes.Quantity");

    private Quantities() {}

    private record Amount(Quantity quantity) implements CelObject {
        @Override
        public CelType type() {
            return TYPE;
        }

        @Override
        public Object equalTo(Object other) {
            return other instanceof Amount amount ? (Object) (compare(this, amount) == 0) : CelError.NO_OVERLOAD;
        }

        @Override
        public String toString() {
            return quantity.toString();
        }
    }

    static List<Overload> overloads() {
        return List.of(
                global("quantity", "string_to_quantity", TYPE, CelType.STRING)
                        .maps(Quantities::parse)
                        .costs(CallCosts.TRAVERSAL),
                global("isQuantity", "is_quantity_string", CelType.BOOL, CelType.STRING)
                        .maps(text -> parse(text) instanceof Amount)
                        .costs(CallCosts.TRAVERSAL),
                global("sign", "quantity_sign", CelType.INT, TYPE)
                        .maps(q -> (long) amount(q).signum()),
                member("isGreaterThan", "quantity_is_greater_than", CelType.BOOL, TYPE, TYPE)
                        .combines((a, b) -> compare(a, b) > 0),
                member("isLessThan", "quantity_is_less_than", CelType.BOOL, TYPE, TYPE)
                        .combines((a, b) -> compare(a, b) < 0),
                member("compareTo", "quantity_compare_to", CelType.INT, TYPE, TYPE)
                        .combines((a, b) -> (long) compare(a, b)),
                member("asApproximateFloat", "quantity_get_float", CelType.DOUBLE, TYPE)
                        .maps(q -> amount(q).doubleValue()),
                member("asInteger", "quantity_get_int", CelType.INT, TYPE)
                        .maps(q -> isInteger(q)
                                ? (Object) amount(q).longValue()
                                : new CelError("cannot convert value to integer")),
                member("isInteger", "quantity_is_integer", CelType.BOOL, TYPE).maps(Quantities::isInteger),
                member("add", "quantity_add", TYPE, TYPE, TYPE)
                        .combines((a, b) -> new Amount(quantity(a).plus(quantity(b)))),
                member("add", "quantity_add_int", TYPE, TYPE, CelType.INT)
                        .combines((a, b) -> new Amount(quantity(a).plus(whole(b)))),
                member("sub", "quantity_sub", TYPE, TYPE, TYPE)
                        .combines((a, b) -> new Amount(quantity(a).minus(quantity(b)))),
                member("sub", "quantity_sub_int", TYPE, TYPE, CelType.INT)
                        .combines((a, b) -> new Amount(quantity(a).minus(whole(b)))));
    }

    private static Object parse(Object text) {
        try {
            return new Amount(Quantity.parse((String) text));
        } catch (IllegalArgumentException e) {
            return new CelError(String.valueOf(e.getMessage()));
        }
    }

    private static Quantity quantity(Object value) {
        return ((Amount) value).quantity();
    }

    private static BigDecimal amount(Object value) {
        return quantity(value).amount();
    }

    private static Quantity whole(Object number) {
        return new Quantity(BigDecimal.valueOf((Long) number), Quantity.Notation.EXPONENT);
    }

    private static int compare(Object a, Object b) {
        return Integer.signum(amount(a).compareTo(amount(b)));
    }

    private static boolean isInteger(Object value) {
        BigDecimal amount = amount(value);
        return amount.stripTrailingZeros().scale() <= 0 && amount.toBigInteger().bitLength() < 64;
    }
}
