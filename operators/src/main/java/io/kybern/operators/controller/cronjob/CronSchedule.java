package io.kybern.operators.controller.cronjob;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * When a CronJob runs: five fields, or {@code @daily} and the like, or {@code @every 5m}. Sets of bits, as {@code robfig/cron}
 * has them; if both days are given, either is good.
 */
final class CronSchedule {
    private static final long STAR = 1L << 63;
    private static final int YEARS_TO_LOOK_AT = 5;
    private static final List<String> MONTHS =
            List.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec");
    private static final List<String> DAYS = List.of("sun", "mon", "tue", "wed", "thu", "fri", "sat");
    private static final Map<String, String> NAMED = Map.of(
            "@yearly", "0 0 1 1 *",
            "@annually", "0 0 1 1 *",
            "@monthly", "0 0 1 * *",
            "@weekly", "0 0 * * 0",
            "@daily", "0 0 * * *",
            "@midnight", "0 0 * * *",
            "@hourly", "0 * * * *");

    private final ZoneId zone;
    private final @Nullable Duration every;
    private final long minutes;
    private final long hours;
    private final long daysOfMonth;
    private final long months;
    private final long daysOfWeek;

    private CronSchedule(ZoneId zone, @Nullable Duration every, long[] fields) {
        this.zone = zone;
        this.every = every;
        this.minutes = fields[0];
        this.hours = fields[1];
        this.daysOfMonth = fields[2];
        this.months = fields[3];
        this.daysOfWeek = fields[4];
    }

    /** @throws IllegalArgumentException if it is none */
    static CronSchedule parse(String text, ZoneId zone) {
        String spec = text.strip();
        if (spec.startsWith("@every ")) {
            Duration every = Duration.parse(
                    "PT" + spec.substring("@every ".length()).strip().toUpperCase(Locale.ROOT));
            return new CronSchedule(
                    zone, every.compareTo(Duration.ofSeconds(1)) < 0 ? Duration.ofSeconds(1) : every, new long[5]);
        }
        String[] fields = NAMED.getOrDefault(spec, spec).split("\\s+");
        if (fields.length != 5) {
            throw new IllegalArgumentException("expected exactly 5 fields, found " + fields.length + ": " + spec);
        }
        return new CronSchedule(zone, null, new long[] {
            field(fields[0], 0, 59, List.of()),
            field(fields[1], 0, 23, List.of()),
            field(fields[2], 1, 31, List.of()),
            field(fields[3], 1, 12, MONTHS),
            field(fields[4], 0, 6, DAYS)
        });
    }

    private static long field(String text, int first, int last, List<String> names) {
        long bits = 0;
        for (String part : text.split(",")) {
            bits |= range(part, first, last, names);
        }
        return bits;
    }

    private static long range(String part, int first, int last, List<String> names) {
        String[] stepped = part.split("/");
        String[] ends = stepped[0].split("-");
        boolean star = stepped[0].equals("*") || stepped[0].equals("?");
        int from = star ? first : value(ends[0], first, last, names);
        int to = star ? last : ends.length > 1 ? value(ends[1], first, last, names) : stepped.length > 1 ? last : from;
        int step = stepped.length > 1 ? Integer.parseInt(stepped[1]) : 1;
        if (from > to || step <= 0) {
            throw new IllegalArgumentException("no range: " + part);
        }
        long bits = star && step == 1 ? STAR : 0;
        for (int value = from; value <= to; value += step) {
            bits |= 1L << value;
        }
        return bits;
    }

    private static int value(String text, int first, int last, List<String> names) {
        int name = names.indexOf(text.toLowerCase(Locale.ROOT));
        int value = name >= 0 ? name + first : Integer.parseInt(text);
        if (value < first || value > last) {
            throw new IllegalArgumentException(text + " is not within " + first + " and " + last);
        }
        return value;
    }

    /** The first time after this one; empty if there is none within five years. */
    Optional<Instant> next(Instant after) {
        if (every != null) {
            return Optional.of(after.plus(every).truncatedTo(ChronoUnit.SECONDS));
        }
        ZonedDateTime time = after.atZone(zone).truncatedTo(ChronoUnit.MINUTES).plusMinutes(1);
        int lastYear = time.getYear() + YEARS_TO_LOOK_AT;
        while (time.getYear() <= lastYear) {
            if (!has(months, time.getMonthValue())) {
                time = time.truncatedTo(ChronoUnit.DAYS).withDayOfMonth(1).plusMonths(1);
            } else if (!day(time)) {
                time = time.truncatedTo(ChronoUnit.DAYS).plusDays(1);
            } else if (!has(hours, time.getHour())) {
                time = time.truncatedTo(ChronoUnit.HOURS).plusHours(1);
            } else if (!has(minutes, time.getMinute())) {
                time = time.plusMinutes(1);
            } else {
                return Optional.of(time.toInstant());
            }
        }
        return Optional.empty();
    }

    private boolean day(ZonedDateTime time) {
        boolean month = has(daysOfMonth, time.getDayOfMonth());
        boolean week = has(daysOfWeek, time.getDayOfWeek().getValue() % 7);
        boolean anyDay = (daysOfMonth & STAR) != 0 || (daysOfWeek & STAR) != 0;
        return anyDay ? month && week : month || week;
    }

    private static boolean has(long bits, int value) {
        return (bits & 1L << value) != 0;
    }
}
