package io.kybern.conformance.golden;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Replaces within a text what no two servers share. */
final class Texts {
    private static final Pattern TIME =
            Pattern.compile("\\d{4}-\\d\\d-\\d\\d[T ]\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?(Z| ?[+-]\\d\\d:?\\d\\d( UTC)?)");
    private static final Pattern NODE_PORT = Pattern.compile(":(3[0-2]\\d{3})/(TCP|UDP|SCTP)");
    private static final Pattern DATE = Pattern.compile("20[2-9]\\d-\\d\\d-\\d\\d");
    private static final int DATE_TIME_LENGTH = "2026-01-01T00:00:00".length();
    /** Times farther from now than this are not of this run. */
    private static final int NEAR_DAYS = 400;

    private record Rule(Pattern pattern, String replacement) {
        static Rule of(String pattern, String replacement) {
            return new Rule(Pattern.compile(pattern, Pattern.DOTALL), replacement);
        }
    }

    private static final List<Rule> MESSAGES = List.of(
            Rule.of("too old resource version: \\d+ \\(\\d+\\)", "too old resource version: <rv> (<rv>)"),
            Rule.of(
                    "Too large resource version: (\\d+), current: \\d+",
                    "Too large resource version: $1, current: <rv>"),
            Rule.of("(resourceVersion\\\\*\"?: ?\\\\*\"?)[1-9]\\d*", "$1<rv>"),
            Rule.of("ResourceVersion in record \\(\\d+\\)", "ResourceVersion in record (<rv>)"),
            Rule.of("kube-api-access-[a-z0-9]{5}\\b", "kube-api-access-<rand>"),
            Rule.of("\\?hash=[0-9A-F]+", "?hash=<hash>"),
            Rule.of("-----BEGIN [A-Z ]+-----.*?-----END [A-Z ]+-----\\n?", "<pem>"),
            Rule.of("\\b0x[0-9a-f]{8,}\\b", "<ptr>"),
            Rule.of("(Expected|expected|but got|failed on) (resourceVersion|RV): ?\\d+", "$1 $2: <rv>"));

    private final String namespace;
    private final Literals literals;
    private final Identities identities;
    private final Pattern server;
    private final InstantSource clock;

    Texts(String namespace, Literals literals, Identities identities, int port, InstantSource clock) {
        this.namespace = namespace;
        this.literals = literals;
        this.identities = identities;
        this.server = Pattern.compile("\\b[\\w.-]+:" + port + "\\b");
        this.clock = clock;
    }

    String normalise(String original) {
        String text = identities.replaceNames(original.replace(namespace, "<ns>"));
        text = replace(Literals.UUID, text, match -> identities.uid(match.group()));
        text = replace(TIME, text, this::time);
        for (Rule rule : MESSAGES) {
            text = rule.pattern.matcher(text).replaceAll(rule.replacement);
        }
        text = server.matcher(text).replaceAll("<server>");
        text = replace(
                NODE_PORT,
                text,
                match -> literals.contains(match.group(1)) ? match.group() : ":<nodeport>/" + match.group(2));
        if (DATE.matcher(text).matches() && !literals.contains(text)) {
            text = "<date>";
        }
        return replace(
                Literals.SERVICE_IP,
                text,
                match -> literals.isServiceIp(match.group()) ? match.group() : Literals.ALLOCATED_IP);
    }

    private interface Replacement {
        String of(MatchResult match);
    }

    private static String replace(Pattern pattern, String text, Replacement replacement) {
        return pattern.matcher(text).replaceAll(match -> Matcher.quoteReplacement(replacement.of(match)));
    }

    private String time(MatchResult match) {
        String text = match.group();
        if (literals.contains(text) || !near(text)) {
            return text;
        }
        return match.group(1) == null ? "<time>" : "<time." + (match.group(1).length() - 1) + ">";
    }

    private boolean near(String text) {
        try {
            LocalDateTime time =
                    LocalDateTime.parse(text.substring(0, DATE_TIME_LENGTH).replace(' ', 'T'));
            LocalDateTime now = LocalDateTime.ofInstant(clock.instant(), ZoneOffset.UTC);
            return Math.abs(Math.floorDiv(
                            Duration.between(now, time).toSeconds(),
                            Duration.ofDays(1).toSeconds()))
                    <= NEAR_DAYS;
        } catch (DateTimeException e) {
            return true;
        }
    }
}
