package io.kybern.operators.controller.resourcequota;

import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A sum of quantities by resource. Confined to its thread. */
final class Amounts {
    private static final String[] BINARY = {"Ki", "Mi", "Gi", "Ti", "Pi", "Ei"};

    private final Map<String, BigDecimal> sums = new HashMap<>();
    private final Map<String, Boolean> binary = new HashMap<>();

    static Amounts of(@Nullable Map<String, Quantity> quantities) {
        Amounts out = new Amounts();
        if (quantities != null) {
            quantities.forEach(out::add);
        }
        return out;
    }

    /** Notes a resource of which nothing is used so far. */
    void zero(String resource) {
        sums.putIfAbsent(resource, BigDecimal.ZERO);
    }

    void add(String resource, Quantity quantity) {
        add(resource, quantity.getNumericalAmount(), isBinary(quantity));
    }

    void one(String resource) {
        add(resource, BigDecimal.ONE, false);
    }

    void add(String resource, long count) {
        add(resource, BigDecimal.valueOf(count), false);
    }

    /** A sum is shown as its first part that is not zero. */
    private void add(String resource, BigDecimal amount, boolean isBinary) {
        BigDecimal before = sums.getOrDefault(resource, BigDecimal.ZERO);
        if (before.signum() == 0) {
            binary.put(resource, isBinary);
        }
        sums.put(resource, before.add(amount));
    }

    void addAll(Amounts more) {
        more.sums.forEach((name, amount) -> add(name, amount, more.binary.getOrDefault(name, false)));
    }

    /** Keeps the larger of both. */
    void most(Amounts other) {
        other.sums.forEach((name, amount) -> {
            BigDecimal before = sums.get(name);
            if (before == null || before.compareTo(amount) < 0) {
                sums.put(name, amount);
                binary.put(name, other.binary.getOrDefault(name, false));
            }
        });
    }

    void set(String resource, Quantity quantity) {
        sums.put(resource, quantity.getNumericalAmount());
        binary.put(resource, isBinary(quantity));
    }

    boolean has(String resource) {
        return sums.containsKey(resource);
    }

    boolean isZero(String resource) {
        return sums.getOrDefault(resource, BigDecimal.ZERO).signum() == 0;
    }

    Iterable<String> resources() {
        return sums.keySet();
    }

    /** What is here of a resource, where {@link #has} says that there is something. */
    Quantity quantity(String resource) {
        BigDecimal amount = sums.getOrDefault(resource, BigDecimal.ZERO);
        return binary.getOrDefault(resource, false)
                ? binary(amount)
                : new Quantity(amount.stripTrailingZeros().toPlainString());
    }

    private static Quantity binary(BigDecimal amount) {
        if (amount.signum() == 0 || amount.stripTrailingZeros().scale() > 0) {
            return new Quantity(amount.toPlainString());
        }
        BigInteger whole = amount.toBigInteger();
        int suffix = -1;
        while (suffix + 1 < BINARY.length && whole.mod(BigInteger.valueOf(1024)).signum() == 0) {
            whole = whole.shiftRight(10);
            suffix++;
        }
        return new Quantity(whole.toString(), suffix < 0 ? "" : BINARY[suffix]);
    }

    private static boolean isBinary(Quantity quantity) {
        return quantity.getFormat() != null && quantity.getFormat().endsWith("i");
    }

    /** Of each resource the larger of both. */
    static Map<String, Quantity> larger(Map<String, Quantity> one, @Nullable Map<String, Quantity> other) {
        Map<String, Quantity> out = new HashMap<>(one);
        if (other != null) {
            out.replaceAll((name, quantity) -> {
                Quantity before = other.get(name);
                boolean more =
                        before != null && before.getNumericalAmount().compareTo(quantity.getNumericalAmount()) > 0;
                return more ? before : quantity;
            });
        }
        return out;
    }

    static boolean same(@Nullable Map<String, Quantity> one, @Nullable Map<String, Quantity> other) {
        Map<String, Quantity> left = one == null ? Map.of() : one;
        Map<String, Quantity> right = other == null ? Map.of() : other;
        return left.keySet().equals(right.keySet())
                && left.entrySet().stream()
                        .allMatch(e -> e.getValue().getNumericalAmount().compareTo(amount(right, e.getKey())) == 0);
    }

    private static BigDecimal amount(Map<String, Quantity> quantities, String name) {
        Quantity quantity = quantities.get(name);
        return quantity == null ? BigDecimal.ZERO : quantity.getNumericalAmount();
    }
}
