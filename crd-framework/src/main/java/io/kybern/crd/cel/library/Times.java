package io.kybern.crd.cel.library;

import static io.kybern.crd.cel.library.Overload.member;

import io.kybern.crd.cel.type.CelType;
import io.kybern.crd.cel.value.CelError;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/** The parts of timestamps, in UTC or a zone, and of durations. */
final class Times {
    private Times() {}

    static List<Overload> overloads() {
        List<Overload> all = new ArrayList<>();
        part(all, "getFullYear", "year", ZonedDateTime::getYear);
        part(all, "getMonth", "month", t -> t.getMonthValue() - 1);
        part(all, "getDayOfYear", "day_of_year", t -> t.getDayOfYear() - 1);
        part(all, "getDate", "day_of_month_1_based", ZonedDateTime::getDayOfMonth);
        part(all, "getDayOfMonth", "day_of_month", t -> t.getDayOfMonth() - 1);
        part(all, "getDayOfWeek", "day_of_week", t -> t.getDayOfWeek().getValue() % 7);
        part(all, "getHours", "hours", ZonedDateTime::getHour);
        part(all, "getMinutes", "minutes", ZonedDateTime::getMinute);
        part(all, "getSeconds", "seconds", ZonedDateTime::getSecond);
        part(all, "getMilliseconds", "milliseconds", t -> t.getNano() / 1_000_000);
        amount(all, "getHours", "hours", Duration::toHours);
        amount(all, "getMinutes", "minutes", Duration::toMinutes);
        amount(all, "getSeconds", "seconds", d -> d.toMillis() / 1000);
        amount(all, "getMilliseconds", "milliseconds", Duration::toMillis);
        return all;
    }

    private static void part(List<Overload> all, String function, String id, ToLongFunction<ZonedDateTime> part) {
        all.add(member(function, "timestamp_to_" + id, CelType.INT, CelType.TIMESTAMP)
                .maps(time -> part.applyAsLong(((OffsetDateTime) time).atZoneSameInstant(ZoneOffset.UTC))));
        all.add(member(function, "timestamp_to_" + id + "_with_tz", CelType.INT, CelType.TIMESTAMP, CelType.STRING)
                .combines((time, zone) -> {
                    try {
                        return part.applyAsLong(((OffsetDateTime) time).atZoneSameInstant(zone((String) zone)));
                    } catch (DateTimeException e) {
                        return new CelError("unknown time zone " + zone);
                    }
                }));
    }

    private static ZoneId zone(String name) {
        boolean offset = name.indexOf(':') > 0 && Character.isDigit(name.charAt(0));
        return ZoneId.of(offset ? "+" + name : name);
    }

    private static void amount(List<Overload> all, String function, String id, ToLongFunction<Duration> amount) {
        all.add(member(function, "duration_to_" + id, CelType.INT, CelType.DURATION)
                .maps(duration -> amount.applyAsLong((Duration) duration)));
    }
}
