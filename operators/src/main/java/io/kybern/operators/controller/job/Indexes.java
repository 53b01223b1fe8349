package io.kybern.operators.controller.job;

import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Indexes of a Job's pods, and how its status shows many: {@code 1,3-5,7} (KEP-2214). */
final class Indexes {
    static final String ANNOTATION = "batch.kubernetes.io/job-completion-index";

    private Indexes() {}

    /** The index of a pod; -1 if it has none that counts. */
    static int of(Pod pod) {
        Map<String, String> annotations = pod.getMetadata().getAnnotations();
        String text = annotations == null ? null : annotations.get(ANNOTATION);
        return text != null && text.matches("\\d{1,9}") ? Integer.parseInt(text) : -1;
    }

    /** Those below {@code completions} that the text shows. */
    static SortedSet<Integer> parse(@Nullable String text, int completions) {
        SortedSet<Integer> out = new TreeSet<>();
        if (text == null || text.isEmpty()) {
            return out;
        }
        for (String part : text.split(",")) {
            String[] ends = part.split("-");
            int first = Integer.parseInt(ends[0]);
            int last = Integer.parseInt(ends[ends.length - 1]);
            for (int index = first; index <= last && index < completions; index++) {
                out.add(index);
            }
        }
        return out;
    }

    /** Two in a row stand apart by a comma, three and more as a range. */
    static String format(SortedSet<Integer> indexes) {
        List<String> parts = new ArrayList<>();
        int first = -1;
        int last = -1;
        for (int index : indexes) {
            if (first >= 0 && index == last + 1) {
                last = index;
                continue;
            }
            if (first >= 0) {
                parts.add(range(first, last));
            }
            first = index;
            last = index;
        }
        if (first >= 0) {
            parts.add(range(first, last));
        }
        return String.join(",", parts);
    }

    private static String range(int first, int last) {
        return first == last ? "" + first : first + 1 == last ? first + "," + last : first + "-" + last;
    }

    /** The first {@code count} indexes that nobody has. */
    static List<Integer> free(int count, int completions, SortedSet<Integer> taken) {
        List<Integer> out = new ArrayList<>();
        for (int index = 0; index < completions && out.size() < count; index++) {
            if (!taken.contains(index)) {
                out.add(index);
            }
        }
        return out;
    }
}
