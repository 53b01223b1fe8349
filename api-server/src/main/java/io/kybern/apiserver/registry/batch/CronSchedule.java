package io.kybern.apiserver.registry.batch;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Whether a text is a schedule: five fields or a descriptor such as {@code @daily}. Source: robfig/cron v3. */
final class CronSchedule {
    private static final Set<String> DESCRIPTORS =
            Set.of("@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly");
    private static final Pattern DURATION = Pattern.compile("[+-]?([0-9]+(\\.[0-9]*)?(ns|us|µs|ms|s|m|h))+");

    private record Field(int least, int most, Map<String, Integer> names) {}

    private static final List<Field> FIELDS = List.of(
            new Field(0, 59, Map.of()),
            new Field(0, 23, Map.of()),
            new Field(1, 31, Map.of()),
            new Field(1, 12, names("jan feb mar apr may jun jul aug sep oct nov dec", 1)),
            new Field(0, 6, names("sun mon tue wed thu fri sat", 0)));

    private CronSchedule() {}

    private static Map<String, Integer> names(String list, int first) {
        List<String> names = Arrays.asList(list.split(" "));
        return names.stream().collect(Collectors.toMap(n -> n, n -> names.indexOf(n) + first));
    }

    /** What is wrong with the schedule, in the original's words. */
    static Optional<String> problem(String schedule) {
        try {
            check(schedule);
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private static void check(String schedule) {
        String rest = schedule;
        if (rest.startsWith("TZ=") || rest.startsWith("CRON_TZ=")) {
            int space = rest.indexOf(' ');
            if (space < 0) {
                throw new IllegalArgumentException(
                        "invalid schedule format: runtime error: slice bounds out of range [:-1]");
            }
            rest = rest.substring(space).strip();
        }
        if (rest.startsWith("@")) {
            descriptor(rest);
            return;
        }
        String[] fields = rest.strip().split("\\s+");
        int count = rest.isBlank() ? 0 : fields.length;
        if (count != FIELDS.size()) {
            throw new IllegalArgumentException("expected exactly 5 fields, found " + count + ": ["
                    + (count == 0 ? "" : String.join(" ", fields)) + "]");
        }
        for (int i = 0; i < count; i++) {
            for (String range : fields[i].split(",")) {
                range(range, FIELDS.get(i));
            }
        }
    }

    private static void descriptor(String text) {
        if (DESCRIPTORS.contains(text)) {
            return;
        }
        if (text.startsWith("@every ")) {
            String duration = text.substring("@every ".length());
            if (!DURATION.matcher(duration).matches()) {
                throw new IllegalArgumentException(
                        "failed to parse duration " + text + ": time: invalid duration \"" + duration + "\"");
            }
            return;
        }
        throw new IllegalArgumentException("unrecognized descriptor: " + text);
    }

    private static void range(String text, Field field) {
        String[] step = text.split("/", -1);
        String[] limits = step[0].split("-", -1);
        long start;
        long end;
        if (limits[0].equals("*") || limits[0].equals("?")) {
            start = field.least;
            end = field.most;
        } else {
            start = number(limits[0], field);
            if (limits.length > 2) {
                throw new IllegalArgumentException("too many hyphens: " + text);
            }
            end = limits.length == 2 ? number(limits[1], field) : start;
        }
        if (step.length > 2) {
            throw new IllegalArgumentException("too many slashes: " + text);
        }
        long size = step.length == 2 ? integer(step[1]) : 1;
        if (step.length == 2 && limits.length == 1) {
            end = field.most;
        }
        if (start < field.least) {
            throw new IllegalArgumentException(
                    "beginning of range (" + start + ") below minimum (" + field.least + "): " + text);
        }
        if (end > field.most) {
            throw new IllegalArgumentException(
                    "end of range (" + end + ") above maximum (" + field.most + "): " + text);
        }
        if (start > end) {
            throw new IllegalArgumentException(
                    "beginning of range (" + start + ") beyond end of range (" + end + "): " + text);
        }
        if (size == 0) {
            throw new IllegalArgumentException("step of range should be a positive number: " + text);
        }
    }

    private static long number(String text, Field field) {
        Integer named = field.names.get(text.toLowerCase(Locale.ROOT));
        return named != null ? named : integer(text);
    }

    private static long integer(String text) {
        try {
            long value = Long.parseLong(text);
            if (value < 0) {
                throw new IllegalArgumentException("negative number (" + value + ") not allowed: " + text);
            }
            return value;
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "failed to parse int from " + text + ": strconv.Atoi: parsing \"" + text + "\": invalid syntax", e);
        }
    }
}
