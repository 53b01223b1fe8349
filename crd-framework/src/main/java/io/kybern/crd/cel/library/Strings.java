package io.kybern.crd.cel.library;

import static io.kybern.crd.cel.library.Overload.global;
import static io.kybern.crd.cel.library.Overload.member;

import io.kybern.crd.cel.cost.CallCost;
import io.kybern.crd.cel.cost.CallCost.Estimate;
import io.kybern.crd.cel.cost.CallCosts;
import io.kybern.crd.cel.cost.Costs;
import io.kybern.crd.cel.cost.Operand;
import io.kybern.crd.cel.cost.SizeRange;
import io.kybern.crd.cel.type.CelType;
import io.kybern.crd.cel.value.CelError;
import io.kybern.crd.cel.value.CelList;
import io.kybern.crd.cel.value.Values;
import io.kybern.crd.cel.value.Work;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The extended functions on texts, version 2. Indices count code points. */
final class Strings {
    private static final CelType TEXT = CelType.STRING;
    private static final CelType INT = CelType.INT;
    private static final CelType TEXTS = CelType.list(TEXT);

    private static final CallCost REPLACE = CallCosts.of(
            a -> Estimate.of(
                    a.get(0).size().times(2 * Costs.TRAVERSAL),
                    replaced(a.get(0).size(), a.get(1).size(), a.get(2).size())),
            (a, result) -> Costs.traversal(Values.size(a[0]) * 2.0));

    private static final CallCost SPLIT = CallCosts.of(
            a -> {
                SizeRange size = a.get(0).size();
                Optional<Long> limit = a.size() > 2 ? a.get(2).literal() : Optional.empty();
                long most = limit.map(l -> l < 0 ? SizeRange.UNLIMITED : l).orElse(size.max());
                return Estimate.of(size.times(2 * Costs.TRAVERSAL), new SizeRange(0, most));
            },
            (a, result) -> Costs.traversal(Values.size(a[0]) * 2.0));

    private static final CallCost JOIN = CallCosts.of(
            a -> {
                SizeRange size = joined(a);
                return Estimate.of(size.times(Costs.TRAVERSAL), size);
            },
            (a, result) -> Costs.traversal(Values.size(result) * 2.0));

    private static final CallCost QUOTE = CallCosts.of(
            a -> {
                SizeRange size = a.getFirst().size();
                SizeRange most = size.plus(new SizeRange(0, size.max())).plus(SizeRange.of(2));
                return Estimate.of(size.times(Costs.TRAVERSAL), most);
            },
            (a, result) -> Costs.traversal(Values.size(a[0])));

    private Strings() {}

    static List<Overload> overloads() {
        return List.of(
                member("charAt", "string_char_at_int", TEXT, TEXT, INT).combines(Strings::charAt),
                member("indexOf", "string_index_of_string", INT, TEXT, TEXT)
                        .combines((text, part) -> indexOf((String) text, (String) part, 0))
                        .costs(Lists.TRAVERSAL),
                member("indexOf", "string_index_of_string_int", INT, TEXT, TEXT, INT)
                        .does(a -> indexOf((String) a[0], (String) a[1], (Long) a[2]))
                        .costs(Lists.TRAVERSAL),
                member("lastIndexOf", "string_last_index_of_string", INT, TEXT, TEXT)
                        .combines((text, part) -> lastIndexOf((String) text, (String) part))
                        .costs(Lists.TRAVERSAL),
                member("lastIndexOf", "string_last_index_of_string_int", INT, TEXT, TEXT, INT)
                        .does(a -> lastIndexOf((String) a[0], (String) a[1], (Long) a[2]))
                        .costs(Lists.TRAVERSAL),
                mapping("lowerAscii", "string_lower_ascii", TEXT).maps(text -> ascii((String) text, 'A', 'Z', 32)),
                mapping("upperAscii", "string_upper_ascii", TEXT).maps(text -> ascii((String) text, 'a', 'z', -32)),
                mapping("trim", "string_trim", TEXT).maps(text -> trim((String) text)),
                mapping("substring", "string_substring_int", TEXT, INT)
                        .combines((text, start) -> substring((String) text, (Long) start)),
                mapping("substring", "string_substring_int_int", TEXT, INT, INT)
                        .does(a -> substring((String) a[0], (Long) a[1], (Long) a[2])),
                member("replace", "string_replace_string_string", TEXT, TEXT, TEXT, TEXT)
                        .does(a -> replace((String) a[0], (String) a[1], (String) a[2], -1))
                        .costs(REPLACE),
                member("replace", "string_replace_string_string_int", TEXT, TEXT, TEXT, TEXT, INT)
                        .does(a -> replace((String) a[0], (String) a[1], (String) a[2], (Long) a[3]))
                        .costs(REPLACE),
                member("split", "string_split_string", TEXTS, TEXT, TEXT)
                        .combines((text, by) -> split((String) text, (String) by, -1))
                        .costs(SPLIT),
                member("split", "string_split_string_int", TEXTS, TEXT, TEXT, INT)
                        .does(a -> split((String) a[0], (String) a[1], (Long) a[2]))
                        .costs(SPLIT),
                member("join", "list_join", TEXT, TEXTS)
                        .maps(list -> join((CelList) list, ""))
                        .costs(JOIN),
                member("join", "list_join_string", TEXT, TEXTS, TEXT)
                        .combines((list, by) -> join((CelList) list, (String) by))
                        .costs(JOIN),
                global("strings.quote", "strings_quote", TEXT, TEXT)
                        .maps(text -> quote((String) text))
                        .costs(QUOTE),
                member("format", "string_format", TEXT, TEXT, CelType.list(CelType.DYN))
                        .combines((text, arguments) -> StringFormat.format((String) text, (CelList) arguments))
                        .costs(CallCosts.TRAVERSAL));
    }

    private static Overload mapping(String function, String id, CelType... parameters) {
        CelType[] all = new CelType[parameters.length];
        System.arraycopy(parameters, 0, all, 0, all.length);
        return member(function, id, TEXT, all).costs(CallCosts.mapping());
    }

    private static CelError outOfRange(long index) {
        return new CelError("index out of range: " + index);
    }

    private static Object charAt(Object value, Object index) {
        String text = (String) value;
        long length = Values.size(text);
        long i = (Long) index;
        if (i < 0 || i > length) {
            return outOfRange(i);
        }
        return i == length ? "" : Character.toString(text.codePointAt(text.offsetByCodePoints(0, (int) i)));
    }

    private static Object indexOf(String text, String part, long from) {
        if (part.isEmpty()) {
            return from;
        }
        if (from < 0) {
            return outOfRange(from);
        }
        if (from >= Values.size(text)) {
            return -1L;
        }
        return points(text, TextSearch.first(text, part, text.offsetByCodePoints(0, (int) from)));
    }

    private static Object lastIndexOf(String text, String part) {
        long length = Values.size(text);
        if (part.isEmpty()) {
            return length;
        }
        return text.length() < part.length() ? (Object) (-1L) : lastIndexOf(text, part, length - 1);
    }

    private static Object lastIndexOf(String text, String part, long from) {
        if (part.isEmpty()) {
            return from;
        }
        if (from < 0) {
            return outOfRange(from);
        }
        if (from >= Values.size(text)) {
            return -1L;
        }
        return points(text, TextSearch.last(text, part, text.offsetByCodePoints(0, (int) from)));
    }

    private static Object points(String text, int index) {
        return index < 0 ? -1L : (long) text.codePointCount(0, index);
    }

    private static String ascii(String text, char first, char last, int distance) {
        StringBuilder out = new StringBuilder(text);
        for (int i = 0; i < out.length(); i++) {
            char c = out.charAt(i);
            if (c >= first && c <= last) {
                out.setCharAt(i, (char) (c + distance));
            }
        }
        return out.toString();
    }

    private static String trim(String text) {
        int start = 0;
        int end = text.length();
        while (start < end && isSpace(text.charAt(start))) {
            start++;
        }
        while (end > start && isSpace(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(start, end);
    }

    /** What Unicode calls white space. */
    private static boolean isSpace(char c) {
        return (c >= '\t' && c <= '\r') || c == 0x85 || c == 0xa0 || Character.isSpaceChar(c);
    }

    private static Object substring(String text, long start) {
        long length = Values.size(text);
        return start < 0 || start > length
                ? outOfRange(start)
                : text.substring(text.offsetByCodePoints(0, (int) start));
    }

    private static Object substring(String text, long start, long end) {
        long length = Values.size(text);
        if (start > end) {
            return new CelError("invalid substring range. start: " + start + ", end: " + end);
        }
        if (start < 0 || start > length) {
            return outOfRange(start);
        }
        if (end > length) {
            return outOfRange(end);
        }
        return text.substring(text.offsetByCodePoints(0, (int) start), text.offsetByCodePoints(0, (int) end));
    }

    /** @param limit how often at most; negative: always */
    private static String replace(String text, String old, String by, long limit) {
        StringBuilder out = new StringBuilder();
        int at = 0;
        long done = 0;
        while (limit < 0 || done < limit) {
            int next = TextSearch.first(text, old, old.isEmpty() && done > 0 ? at + step(text, at) : at);
            if (next < 0 || (old.isEmpty() && done > 0 && at >= text.length())) {
                break;
            }
            Work.write(next - at + (long) by.length());
            out.append(text, at, next).append(by);
            at = next + old.length();
            done++;
        }
        return out.append(text, at, text.length()).toString();
    }

    private static int step(String text, int at) {
        return at < text.length() ? Character.charCount(text.codePointAt(at)) : 0;
    }

    /** @param limit how many parts at most; negative: all */
    private static CelList split(String text, String by, long limit) {
        List<Object> parts = new ArrayList<>();
        if (limit == 0) {
            return CelList.EMPTY;
        }
        int at = 0;
        while (limit < 0 || parts.size() < limit - 1) {
            int next = by.isEmpty() ? at + step(text, at) : TextSearch.first(text, by, at);
            if (next < 0 || (by.isEmpty() && next >= text.length())) {
                break;
            }
            parts.add(text.substring(at, next));
            at = next + by.length();
        }
        if (!by.isEmpty() || at < text.length()) {
            parts.add(text.substring(at));
        }
        return CelList.of(parts);
    }

    private static Object join(CelList list, String by) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < list.size(); i++) {
            if (!(list.get(i) instanceof String text)) {
                return new CelError("join: invalid input: " + Values.text(list.get(i)));
            }
            Work.write(text.length() + (long) by.length());
            out.append(i == 0 ? "" : by).append(text);
        }
        return out.toString();
    }

    private static String quote(String text) {
        StringBuilder out = new StringBuilder("\"");
        text.codePoints().forEach(c -> {
            switch (c) {
                case 7 -> out.append("\\a");
                case '\b' -> out.append("\\b");
                case '\f' -> out.append("\\f");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case 11 -> out.append("\\v");
                case '\\' -> out.append("\\\\");
                case '"' -> out.append("\\\"");
                default -> out.appendCodePoint(c >= 0xd800 && c < 0xe000 ? 0xfffd : c);
            }
        });
        return out.append('"').toString();
    }

    private static SizeRange replaced(SizeRange text, SizeRange old, SizeRange by) {
        long mostTimes = 0;
        long mostKept = 0;
        if (old.min() == 0) {
            mostTimes = SizeRange.add(text.max(), 1);
            mostKept = text.max();
        } else if (by.max() <= old.min()) {
            mostKept = text.max();
        } else {
            mostTimes = (long) Math.ceil((double) text.max() / old.min());
        }
        long leastTimes = 0;
        long leastKept = 0;
        if (old.max() == 0) {
            leastTimes = SizeRange.add(text.min(), 1);
            leastKept = text.min();
        } else if (old.max() <= by.min()) {
            leastKept = text.min();
        } else {
            leastTimes = (long) Math.ceil((double) text.min() / old.max());
        }
        return new SizeRange(leastTimes, mostTimes).times(by).plus(new SizeRange(leastKept, mostKept));
    }

    private static SizeRange joined(List<Operand> a) {
        SizeRange list = a.getFirst().size();
        SizeRange size = a.getFirst().element().map(e -> list.times(e.size())).orElse(SizeRange.ZERO);
        if (a.size() > 1) {
            SizeRange gaps = new SizeRange(Math.max(0, list.min() - 1), Math.max(0, list.max() - 1));
            size = size.plus(a.get(1).size().times(gaps));
        }
        return size;
    }
}
