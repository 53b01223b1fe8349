package io.kybern.apiserver.wire;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.YearMonth;
import java.time.ZoneOffset;

/** One reading of a time by the rules and with the errors of Go's {@code time.Parse}. Not thread-safe. */
final class TimeReader {
    private static final String FRACTION = ".000000";
    private static final String ZONE = "Z07:00";

    private final String text;
    private final String layout;
    private int at;

    TimeReader(String text, String layout) {
        this.text = text;
        this.layout = layout;
    }

    Instant read() {
        int year = year();
        literal("-");
        int month = number("01", true);
        range(month >= 1 && month <= 12, "month");
        literal("-");
        int day = number("02", true);
        literal("T");
        int hour = number("15", false);
        range(hour < 24, "hour");
        literal(":");
        int minute = number("04", true);
        range(minute < 60, "minute");
        literal(":");
        int second = number("05", true);
        range(second < 60, "second");
        int nanos = fraction();
        int offset = offset();
        if (at < text.length()) {
            throw wrong(": extra text: " + GoTime.quoted(text.substring(at)));
        }
        range(day >= 1 && day <= YearMonth.of(year, month).lengthOfMonth(), "day");
        LocalDateTime utc =
                LocalDateTime.of(year, month, day, hour, minute, second, nanos).minusSeconds(offset);
        // The original goes on with years that no reader of RFC 3339 takes, its own included.
        range(utc.getYear() >= 0 && utc.getYear() <= 9999, "year");
        return utc.toInstant(ZoneOffset.UTC);
    }

    private int year() {
        if (text.length() < 4) {
            throw unfit(at, "2006");
        }
        int year = 0;
        for (int i = 0; i < 4; i++) {
            if (!isDigit(i)) {
                throw unfit(0, "2006");
            }
            year = 10 * year + text.charAt(i) - '0';
        }
        at = 4;
        return year;
    }

    private void literal(String expected) {
        if (!text.startsWith(expected, at)) {
            throw unfit(at, expected);
        }
        at += expected.length();
    }

    /** Two digits, or one if that is allowed. */
    private int number(String element, boolean two) {
        if (!isDigit(at) || two && !isDigit(at + 1)) {
            throw unfit(at, element);
        }
        int value = text.charAt(at++) - '0';
        return isDigit(at) ? 10 * value + text.charAt(at++) - '0' : value;
    }

    private int fraction() {
        boolean point = at < text.length() && (text.charAt(at) == '.' || text.charAt(at) == ',');
        if (layout.equals(GoTime.MICRO_LAYOUT)) {
            int end = at + FRACTION.length();
            for (int i = at + 1; i < end; i++) {
                if (!point || !isDigit(i)) {
                    throw unfit(at, FRACTION);
                }
            }
            return nanos(end);
        }
        if (!point || !isDigit(at + 1)) {
            return 0;
        }
        int end = at + 2;
        while (isDigit(end)) {
            end++;
        }
        return nanos(end);
    }

    private int nanos(int end) {
        int nanos = 0;
        for (int i = 1; i <= 9; i++) {
            nanos = 10 * nanos + (at + i < end ? text.charAt(at + i) - '0' : 0);
        }
        at = end;
        return nanos;
    }

    /** The offset from UTC in seconds. */
    private int offset() {
        if (text.startsWith("Z", at)) {
            at++;
            return 0;
        }
        int start = at;
        boolean fits = text.length() >= at + 6
                && "+-".indexOf(text.charAt(at)) >= 0
                && text.charAt(at + 3) == ':'
                && isDigit(at + 1)
                && isDigit(at + 2)
                && isDigit(at + 4)
                && isDigit(at + 5);
        if (!fits) {
            throw unfit(at, ZONE);
        }
        int hours = Integer.parseInt(text.substring(at + 1, at + 3));
        int minutes = Integer.parseInt(text.substring(at + 4, at + 6));
        at += 6;
        range(hours <= 24, "time zone offset hour");
        range(minutes <= 60, "time zone offset minute");
        int seconds = 60 * (60 * hours + minutes);
        return text.charAt(start) == '-' ? -seconds : seconds;
    }

    private boolean isDigit(int index) {
        return index < text.length() && text.charAt(index) >= '0' && text.charAt(index) <= '9';
    }

    private void range(boolean holds, String what) {
        if (!holds) {
            throw wrong(": " + what + " out of range");
        }
    }

    private DecodeException unfit(int from, String element) {
        return wrong(" as " + GoTime.quoted(layout) + ": cannot parse " + GoTime.quoted(text.substring(from)) + " as "
                + GoTime.quoted(element));
    }

    private DecodeException wrong(String why) {
        return new DecodeException("parsing time " + GoTime.quoted(text) + why);
    }
}
