package io.kybern.apiserver.registry.batch;

import io.kybern.crd.field.FieldErrors;
import java.util.ArrayList;
import java.util.List;

/** Indexes of an indexed job as text: {@code 1,3-5,7}, increasing. */
record IndexSet(List<Interval> intervals) {
    record Interval(long first, long last) {}

    /** @throws IllegalArgumentException with the original's message */
    static IndexSet parse(String text, long completions) {
        List<Interval> intervals = new ArrayList<>();
        if (text.isEmpty()) {
            return new IndexSet(intervals);
        }
        long last = -1;
        for (String part : text.split(",", -1)) {
            Interval interval = interval(part, completions);
            if (last >= interval.first) {
                throw new IllegalArgumentException(
                        "non-increasing order, previous: " + last + ", current: " + interval.first);
            }
            last = interval.last;
            intervals.add(interval);
        }
        return new IndexSet(intervals);
    }

    private static Interval interval(String text, long completions) {
        String[] limits = text.split("-", -1);
        if (limits.length > 2) {
            throw new IllegalArgumentException("the fragment " + FieldErrors.quote(text)
                    + " violates the requirement that an index interval can have at most two parts separated by '-'");
        }
        long first = index(limits[0], completions);
        if (limits.length == 1) {
            return new Interval(first, first);
        }
        long last = index(limits[1], completions);
        if (first >= last) {
            throw new IllegalArgumentException("non-increasing order, previous: " + first + ", current: " + last);
        }
        return new Interval(first, last);
    }

    private static long index(String text, long completions) {
        try {
            int index = Integer.parseInt(text);
            if (index >= completions) {
                throw new IllegalArgumentException("too large index: " + FieldErrors.quote(text));
            }
            return index;
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "cannot convert string to integer for index: " + FieldErrors.quote(text), e);
        }
    }

    long size() {
        return intervals.stream().mapToLong(i -> i.last - i.first + 1).sum();
    }
}
