package io.kybern.crd.value;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BigIntegerNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.Map;

/**
 * Numbers as the original keeps them in objects without a struct: integers of 64 bits, everything else a double, printed
 * in the shortest form. {@code 2.0} becomes 2, {@code 12345678901234567890} becomes 12345678901234567000.
 */
public final class Numbers {
    private Numbers() {}

    /** Changes the numbers of a tree in place. */
    public static void canonicalize(JsonNode tree) {
        if (tree instanceof ObjectNode object) {
            for (Map.Entry<String, JsonNode> e : object.properties()) {
                if (isOdd(e.getValue())) {
                    e.setValue(canonical(e.getValue()));
                } else {
                    canonicalize(e.getValue());
                }
            }
        } else if (tree instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                if (isOdd(array.get(i))) {
                    array.set(i, canonical(array.get(i)));
                } else {
                    canonicalize(array.get(i));
                }
            }
        }
    }

    private static boolean isOdd(JsonNode node) {
        return node.isFloatingPointNumber() || node.isBigInteger();
    }

    private static JsonNode canonical(JsonNode number) {
        double value = number.doubleValue();
        BigDecimal shortest = new BigDecimal(Double.toString(value));
        if (value != Math.rint(value) || Math.abs(value) >= 1e21) {
            return DecimalNode.valueOf(shortest);
        }
        boolean fits = Math.abs(value) < 0x1p63;
        return fits ? LongNode.valueOf((long) value) : BigIntegerNode.valueOf(shortest.toBigInteger());
    }
}
