package io.kybern.crd.cel.library;

import static io.kybern.crd.cel.library.Overload.global;
import static io.kybern.crd.cel.library.Overload.member;

import io.kybern.crd.cel.cost.CallCost;
import io.kybern.crd.cel.cost.CallCost.Estimate;
import io.kybern.crd.cel.cost.CallCosts;
import io.kybern.crd.cel.cost.Costs;
import io.kybern.crd.cel.cost.SizeRange;
import io.kybern.crd.cel.type.CelType;
import io.kybern.crd.cel.value.Bytes;
import io.kybern.crd.cel.value.CelError;
import io.kybern.crd.cel.value.CelList;
import io.kybern.crd.cel.value.CelMap;
import io.kybern.crd.cel.value.Conversions;
import io.kybern.crd.cel.value.Values;
import java.util.ArrayList;
import java.util.List;

/** The functions of the language: sizes, conversions, and the few on texts. */
final class Standard {
    private static final CelType A = CelType.parameter("A");
    private static final CelType B = CelType.parameter("B");

    private static final CallCost TEXT_TO_BYTES = CallCosts.of(
            a -> {
                SizeRange size = a.getFirst().size();
                return Estimate.of(
                        size.times(Costs.TRAVERSAL), size.times(SizeRange.of(4)).union(size));
            },
            (a, result) -> Costs.traversal(Values.size(a[0])));

    private static final CallCost BYTES_TO_TEXT = CallCosts.of(
            a -> {
                SizeRange size = a.getFirst().size();
                return Estimate.of(size.times(Costs.TRAVERSAL), new SizeRange(size.min() / 4, size.max()));
            },
            (a, result) -> Costs.traversal(Values.size(a[0])));

    /** By the length of what is sought at an end of a text. */
    private static final CallCost AFFIX = CallCosts.of(
            a -> Estimate.of(a.get(1).size().times(Costs.TRAVERSAL)),
            (a, result) -> Costs.traversal(Values.size(a[0])));

    private static final CallCost CONTAINS = CallCosts.of(
            a -> Estimate.of(
                    a.get(0).size().times(Costs.TRAVERSAL).times(a.get(1).size().times(Costs.TRAVERSAL))),
            (a, result) -> Costs.traversal(Values.size(a[0])) * Costs.traversal(Values.size(a[1])));

    private Standard() {}

    static List<Overload> overloads() {
        List<Overload> all = new ArrayList<>();
        sizes(all);
        conversions(all);
        all.add(text("contains", "contains_string").combines(Standard::contains).costs(CONTAINS));
        all.add(text("endsWith", "ends_with_string")
                .combines(Standard::endsWith)
                .costs(AFFIX));
        all.add(text("startsWith", "starts_with_string")
                .combines(Standard::startsWith)
                .costs(AFFIX));
        all.add(global("matches", "matches", CelType.BOOL, CelType.STRING, CelType.STRING)
                .combines(Regexes::matches));
        all.add(text("matches", "matches_string").combines(Regexes::matches).costs(Regexes.COST));
        return all;
    }

    private static Overload text(String function, String id) {
        return member(function, id, CelType.BOOL, CelType.STRING, CelType.STRING)
                .unguarded();
    }

    private static void sizes(List<Overload> all) {
        List<CelType> types = List.of(CelType.BYTES, CelType.list(A), CelType.map(A, B), CelType.STRING);
        for (CelType type : types) {
            all.add(global("size", "size_" + type.name(), CelType.INT, type)
                    .maps(Standard::size)
                    .unguarded());
            all.add(member("size", type.name() + "_size", CelType.INT, type)
                    .maps(Standard::size)
                    .unguarded());
        }
    }

    private static Object size(Object value) {
        boolean sized = value instanceof String
                || value instanceof Bytes
                || value instanceof CelList
                || value instanceof CelMap;
        return sized ? (Object) Values.size(value) : new CelError("no such overload: size");
    }

    private static void conversions(List<Overload> all) {
        all.add(global("type", "type", CelType.type(A), A).maps(Values::typeOf).unguarded());
        all.add(global("dyn", "to_dyn", CelType.DYN, A).maps(value -> value).unguarded());
        convert(all, "bool", CelType.BOOL, Conversions::toBool, CelType.BOOL, CelType.STRING);
        convert(all, "bytes", CelType.BYTES, Conversions::toBytes, CelType.BYTES, CelType.STRING);
        convert(
                all,
                "double",
                CelType.DOUBLE,
                Conversions::toDouble,
                CelType.DOUBLE,
                CelType.INT,
                CelType.STRING,
                CelType.UINT);
        convert(
                all,
                "duration",
                CelType.DURATION,
                Conversions::toDuration,
                CelType.DURATION,
                CelType.INT,
                CelType.STRING);
        convert(
                all,
                "int",
                CelType.INT,
                Conversions::toInt,
                CelType.INT,
                CelType.DOUBLE,
                CelType.DURATION,
                CelType.STRING,
                CelType.TIMESTAMP,
                CelType.UINT);
        convert(
                all,
                "string",
                CelType.STRING,
                Conversions::toText,
                CelType.STRING,
                CelType.BOOL,
                CelType.BYTES,
                CelType.DOUBLE,
                CelType.DURATION,
                CelType.INT,
                CelType.TIMESTAMP,
                CelType.UINT);
        convert(
                all,
                "timestamp",
                CelType.TIMESTAMP,
                Conversions::toTimestamp,
                CelType.TIMESTAMP,
                CelType.INT,
                CelType.STRING);
        convert(
                all,
                "uint",
                CelType.UINT,
                Conversions::toUint,
                CelType.UINT,
                CelType.DOUBLE,
                CelType.INT,
                CelType.STRING);
    }

    private static void convert(List<Overload> all, String function, CelType to, Overload.Unary does, CelType... from) {
        for (CelType type : from) {
            Overload one = global(function, type.format() + "_to_" + to.format(), to, type)
                    .maps(does);
            boolean decodes = type.equals(CelType.BYTES) && to.equals(CelType.STRING);
            boolean encodes = type.equals(CelType.STRING) && to.equals(CelType.BYTES);
            all.add(decodes ? one.costs(BYTES_TO_TEXT) : encodes ? one.costs(TEXT_TO_BYTES) : one);
        }
    }

    private static Object contains(Object text, Object part) {
        return text instanceof String s && part instanceof String p ? (Object) s.contains(p) : CelError.NO_OVERLOAD;
    }

    private static Object endsWith(Object text, Object part) {
        return text instanceof String s && part instanceof String p ? (Object) s.endsWith(p) : CelError.NO_OVERLOAD;
    }

    private static Object startsWith(Object text, Object part) {
        return text instanceof String s && part instanceof String p ? (Object) s.startsWith(p) : CelError.NO_OVERLOAD;
    }
}
