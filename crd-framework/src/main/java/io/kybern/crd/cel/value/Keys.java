package io.kybern.crd.cel.value;

import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/**
 * A text for each value, the same for values that are equal, to look elements up by. Texts have an order, so that a table of them
 * stays fast when somebody has made their hashes equal.
 */
public final class Keys {
    private Keys() {}

    public static String of(Object value) {
        StringBuilder out = new StringBuilder();
        write(value, out);
        return out.toString();
    }

    private static void write(Object value, StringBuilder out) {
        Work.look(1);
        switch (CelMap.normalized(value)) {
            case Long number -> out.append('n').append(number).append(',');
            case Double number -> out.append('d').append(number + 0.0).append(',');
            case String text -> text(text, out);
            case Bytes bytes ->
                out.append('y')
                        .append(HexFormat.of().formatHex(bytes.content()))
                        .append(',');
            case OffsetDateTime time -> out.append('t').append(time.toInstant()).append(',');
            case Duration duration -> out.append('p').append(duration).append(',');
            case CelList list -> {
                out.append('[');
                for (int i = 0; i < list.size(); i++) {
                    write(list.get(i), out);
                }
                out.append(']');
            }
            case CelMap map -> {
                Map<String, Object> sorted = new TreeMap<>();
                map.keys().forEach(key -> sorted.put(of(key), map.at(key)));
                out.append('{');
                sorted.forEach((key, member) -> {
                    out.append(key);
                    write(member, out);
                });
                out.append('}');
            }
            default -> {
                out.append(value.getClass().getSimpleName());
                text(Values.text(value), out);
            }
        }
    }

    private static void text(String text, StringBuilder out) {
        Work.write(text.length());
        out.append('"').append(text.length()).append(':').append(text);
    }
}
