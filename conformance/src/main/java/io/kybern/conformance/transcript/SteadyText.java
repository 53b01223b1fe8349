package io.kybern.conformance.transcript;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Output without what differs from run to run: times, ages, identities, revisions, addresses, and the widths of columns, which
 * depend on them.
 */
final class SteadyText {
    private record Rule(Pattern pattern, String replacement) {
        static Rule of(String pattern, String replacement) {
            return new Rule(Pattern.compile(pattern, Pattern.MULTILINE), replacement);
        }
    }

    private static final List<Rule> RULES = rules();

    private SteadyText() {}

    private static List<Rule> rules() {
        List<Rule> out = new ArrayList<>();
        out.add(Rule.of("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "UID"));
        out.add(Rule.of("\\b\\d{4}-\\d\\d-\\d\\d[T ]\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?(Z| ?[+-]\\d\\d:?\\d\\d)?", "TIME"));
        out.add(Rule.of(
                "\\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \\d\\d \\w{3} \\d{4} \\d\\d:\\d\\d:\\d\\d [+-]\\d{4}", "TIME"));
        out.add(Rule.of("((?:resourceVersion|Resource Version)\"?: *\"?)\\d+", "$1REVISION"));
        out.add(Rule.of("\\bkube-api-access-\\w{5}\\b", "kube-api-access-ANY"));
        out.add(Rule.of("https://(127\\.0\\.0\\.1|localhost):\\d+", "SERVER"));
        out.add(Rule.of("127\\.0\\.0\\.1:\\d+", "SERVER"));
        out.add(Rule.of("\\b10\\.\\d+\\.\\d+\\.\\d+\\b", "ADDRESS"));
        out.add(Rule.of("/tmp/(LIVE|MERGED)-\\d+", "/tmp/$1"));
        out.add(Rule.of("(?<=[^:\\s] {1,60})(\\d+[smhd]){1,2}(?=\\s|$)", "AGE"));
        out.add(Rule.of("\\bnodePort(\"?): ?\\d+", "nodePort$1: PORT"));
        out.add(Rule.of("(\\d+):3\\d{4}/", "$1:PORT/"));
        out.add(Rule.of("(?<=\\S) {2,}", "  "));
        out.add(Rule.of("[ \\t]+$", ""));
        return out;
    }

    static String of(String text) {
        String steady = text;
        for (Rule rule : RULES) {
            steady = rule.pattern().matcher(steady).replaceAll(rule.replacement());
        }
        return steady.isEmpty() || steady.endsWith("\n") ? steady : steady + "\n";
    }
}
