package io.kybern.operators.scheduler.pod;

import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/** Amounts of resources, ordered by their number in {@link ResourceNames}; those of zero are left out. Immutable. */
public final class ResourceVector {
    private static final BigDecimal MAX = BigDecimal.valueOf(Long.MAX_VALUE);

    private final int[] resources;
    private final long[] amounts;

    private ResourceVector(int[] resources, long[] amounts) {
        this.resources = resources;
        this.amounts = amounts;
    }

    /** @param amounts in thousandths for {@code cpu}, in units for the rest */
    public static ResourceVector of(Map<String, Long> amounts, ResourceNames names) {
        var byIndex = new TreeMap<Integer, Long>();
        amounts.forEach((name, amount) -> {
            if (amount != 0) {
                byIndex.put(names.indexOf(name), amount);
            }
        });
        return new ResourceVector(
                byIndex.keySet().stream().mapToInt(Integer::intValue).toArray(),
                byIndex.values().stream().mapToLong(Long::longValue).toArray());
    }

    public static ResourceVector ofQuantities(Map<String, Quantity> quantities, ResourceNames names) {
        var amounts = new TreeMap<String, Long>();
        quantities.forEach((name, quantity) -> amounts.put(name, amount(name, quantity)));
        return of(amounts, names);
    }

    /** Rounded up, as the original does. Amounts past 2<sup>63</sup> count as that. */
    public static long amount(String name, Quantity quantity) {
        BigDecimal value = quantity.getNumericalAmount();
        BigDecimal scaled = name.equals("cpu") ? value.movePointRight(3) : value;
        return scaled.setScale(0, RoundingMode.CEILING).min(MAX).longValue();
    }

    public int size() {
        return resources.length;
    }

    /** The number of the resource at {@code position}. */
    public int resource(int position) {
        return resources[position];
    }

    public long amount(int position) {
        return amounts[position];
    }

    /** Zero when there is none. */
    public long amountOf(int resource) {
        int position = Arrays.binarySearch(resources, resource);
        return position < 0 ? 0 : amounts[position];
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ResourceVector that
                && Arrays.equals(resources, that.resources)
                && Arrays.equals(amounts, that.amounts);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(resources) + Arrays.hashCode(amounts);
    }

    @Override
    public String toString() {
        return Arrays.toString(resources) + '=' + Arrays.toString(amounts);
    }
}
