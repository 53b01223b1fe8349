package io.kybern.crd.cel.cost;

/** What things cost, in CEL's units: the original's numbers ({@code cel-go/common/cost.go}). */
public final class Costs {
    /** Of a variable, and of each step into it. */
    public static final long SELECT = 1;

    public static final long LIST = 10;
    public static final long MAP = 30;
    public static final long STRUCT = 40;

    /** Of each character or byte that is looked at. */
    public static final double TRAVERSAL = 0.1;

    /** Of each character of a regular expression, for every ten characters that it is matched with. */
    public static final double REGEX = 0.25;

    private Costs() {}

    /** Of looking at so many characters. */
    public static long traversal(double characters) {
        return (long) Math.ceil(characters * TRAVERSAL);
    }

    /** Of matching a text with a regular expression, by their lengths. */
    public static long match(long text, double regex) {
        return traversal(1.0 + text) * (long) Math.ceil(regex * REGEX);
    }
}
