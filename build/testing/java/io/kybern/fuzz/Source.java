package io.kybern.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;

/**
 * Where random inputs come from: a row of choices, each a number below a bound, drawn from a seed or read from a row that
 * was drawn before. All values are made of choices, and the choice 0 makes the plainest of each, so that a shorter or
 * smaller row is a simpler input. Not thread-safe.
 */
public final class Source {
    private static final List<String> PIECES = List.of(
            "a",
            "b",
            "1",
            "0",
            "-",
            ".",
            "/",
            "",
            " ",
            "%",
            "=",
            ",",
            "\\",
            "\"",
            "'",
            "~",
            "$",
            ":",
            "é",
            "\u0000",
            "\n",
            "\uFFFD",
            "😀",
            "İ",
            "\uD800",
            "~0",
            "~1",
            "%2F",
            "%00",
            "..",
            "kind",
            "metadata",
            "null",
            "A",
            "_",
            "\u2028",
            "x".repeat(64),
            "y".repeat(300));

    private static final long[] EDGES = {
        0,
        1,
        -1,
        2,
        10,
        100,
        65535,
        65536,
        Integer.MAX_VALUE,
        Integer.MIN_VALUE,
        1L << 31,
        1L << 53,
        Long.MAX_VALUE,
        Long.MIN_VALUE
    };

    private final Random random;
    private final int[] given;
    private final boolean drawing;
    private final Map<String, Object> notes = new LinkedHashMap<>();
    private int[] taken = new int[64];
    private int size;

    private Source(Random random, int[] given, boolean drawing) {
        this.random = random;
        this.given = given;
        this.drawing = drawing;
    }

    /** Draws from a seed: the same choices each time. */
    public static Source of(long seed) {
        return new Source(new Random(seed * 0x9E3779B97F4A7C15L), new int[0], true);
    }

    /** Reads the choices; behind their end each is 0. */
    static Source replaying(int[] choices) {
        return new Source(new Random(0), choices, false);
    }

    /** The choices made up to now. */
    int[] choices() {
        return Arrays.copyOf(taken, size);
    }

    /** Keeps a part of the input for the report of a failure. Returns it. */
    public <T> T note(String name, T value) {
        notes.put(name, value);
        return value;
    }

    Map<String, Object> notes() {
        return notes;
    }

    /** A number from 0 to below the bound. */
    public int below(int bound) {
        int choice = drawing ? random.nextInt(bound) : Math.min(size < given.length ? given[size] : 0, bound - 1);
        if (size == taken.length) {
            taken = Arrays.copyOf(taken, 2 * size);
        }
        taken[size++] = choice;
        return choice;
    }

    /** True once in so many times. */
    public boolean onceIn(int times) {
        return below(times) == times - 1;
    }

    public <T> T of(List<T> values) {
        return values.get(below(values.size()));
    }

    @SafeVarargs
    public final <T> T of(T first, T... others) {
        int choice = below(others.length + 1);
        return choice == 0 ? first : others[choice - 1];
    }

    /** What one of the makers makes. */
    @SafeVarargs
    public final <T> T by(Function<Source, ? extends T>... makers) {
        return makers[below(makers.length)].apply(this);
    }

    /** A list of at least and at most so many. */
    public <T> List<T> list(int least, int most, Function<Source, ? extends T> element) {
        int length = least + below(most - least + 1);
        List<T> list = new ArrayList<>(length);
        for (int i = 0; i < length; i++) {
            list.add(element.apply(this));
        }
        return list;
    }

    /** Any number, those at the edges of types more often. */
    public long number() {
        return switch (below(4)) {
            case 0 -> below(20);
            case 1 -> EDGES[below(EDGES.length)];
            case 2 -> EDGES[below(EDGES.length)] + below(3) - 1;
            default -> (long) below(Integer.MAX_VALUE) << 32 | below(Integer.MAX_VALUE);
        };
    }

    /** Any text: letters, signs that mean something somewhere, control characters, halves of surrogate pairs. */
    public String text() {
        return String.join("", list(0, 6, s -> s.of(PIECES)));
    }

    /** Text of these characters alone. */
    public String textOf(String alphabet, int longest) {
        StringBuilder out = new StringBuilder();
        int length = below(longest + 1);
        for (int i = 0; i < length; i++) {
            out.append(alphabet.charAt(below(alphabet.length())));
        }
        return out.toString();
    }

    public byte[] bytes(int longest) {
        byte[] out = new byte[below(longest + 1)];
        for (int i = 0; i < out.length; i++) {
            out[i] = (byte) below(256);
        }
        return out;
    }

    /** The bytes with some of them changed, removed, repeated or put in, or cut off. */
    public byte[] mutated(byte[] original) {
        byte[] out = original;
        int changes = 1 + below(4);
        for (int i = 0; i < changes; i++) {
            out = mutatedOnce(out);
        }
        return out;
    }

    private byte[] mutatedOnce(byte[] in) {
        if (in.length == 0) {
            return bytes(8);
        }
        int at = below(in.length);
        return switch (below(7)) {
            case 0 -> Arrays.copyOf(in, at);
            case 1 -> {
                byte[] out = in.clone();
                out[at] = (byte) below(256);
                yield out;
            }
            case 2 -> {
                byte[] out = in.clone();
                out[at] ^= (byte) (1 << below(8));
                yield out;
            }
            case 3 -> spliced(in, at, Math.min(in.length, at + 1 + below(16)), new byte[0]);
            case 4 -> spliced(in, at, at, bytes(8));
            case 5 -> spliced(in, at, at, Arrays.copyOfRange(in, at, Math.min(in.length, at + 1 + below(64))));
            default -> spliced(in, at, at, text().getBytes(StandardCharsets.UTF_8));
        };
    }

    private static byte[] spliced(byte[] in, int from, int to, byte[] between) {
        byte[] out = new byte[in.length - (to - from) + between.length];
        System.arraycopy(in, 0, out, 0, from);
        System.arraycopy(between, 0, out, from, between.length);
        System.arraycopy(in, to, out, from + between.length, in.length - to);
        return out;
    }
}
