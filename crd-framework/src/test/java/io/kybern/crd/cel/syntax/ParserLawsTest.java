package io.kybern.crd.cel.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import io.kybern.crd.cel.check.Environment;
import io.kybern.crd.cel.check.StructTypes;
import io.kybern.crd.cel.program.Program;
import io.kybern.crd.cel.type.CelType;
import io.kybern.fuzz.Fuzz;
import io.kybern.fuzz.Source;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("fuzz")
class ParserLawsTest {
    private static final Environment ANYWHERE =
            new Environment(Map.of("self", CelType.DYN), StructTypes.NONE, Set.of(Environment.Extra.BINDINGS));

    private static final List<String> GOOD = List.of(
            "self.a.all(x, x > 1 && x in [1, 2u, 3.5e10])",
            "has(self.b) ? optional.of(self.?b[?0].orValue('x')) == b'\\x00' : r'raw' != \"\\u00e9\"",
            "self.map(k, v, {k: -v, 'x': [null, true]}).exists_one(i, !(i % 2 <= 0))",
            "quantity('1Gi').isGreaterThan(duration('1h30m')) || self.matches('^a+$')",
            "type(self) == google.protobuf.Timestamp && Type{a: 1, b: 0xFFu}.a == .c.d");
    private static final List<String> TOKENS = List.of(
            "self",
            ".",
            "(",
            ")",
            "[",
            "]",
            "{",
            "}",
            "?",
            ":",
            ",",
            "&&",
            "||",
            "!",
            "-",
            "+",
            "==",
            "in",
            "1",
            "1u",
            "1.5",
            "0x",
            "'",
            "\"\"\"",
            "'x'",
            "b'",
            "r'",
            "\\",
            "\\u",
            "\\xZZ",
            "9223372036854775808",
            "1e999",
            "true",
            "null",
            "all",
            "has",
            "map",
            "x",
            "as",
            "//c\n",
            "é",
            "😀",
            "\u0000",
            "`a`",
            "..",
            "|",
            "&",
            "=");

    @Test
    void anyTextIsAnExpressionOrRefused() {
        Fuzz.check(500, source -> parse(source.note("expression", expression(source))));
    }

    private static String expression(Source source) {
        return switch (source.below(4)) {
            case 0 -> String.join(source.of("", " "), source.list(0, 12, s -> s.of(TOKENS)));
            case 1 -> source.text();
            case 2 ->
                new String(source.mutated(source.of(GOOD).getBytes(StandardCharsets.UTF_8)), StandardCharsets.UTF_8);
            default -> nested(source);
        };
    }

    private static String nested(Source source) {
        int depth = source.of(1, 30, 100, 300, 3000, 20000);
        String head = source.of("(", "[", "!", "-", "{1:", "a.b(", "a?b:", "1+", "a.", "[a.all(x,", "a[");
        String tail = source.of("", ")", "]", "}", "1");
        return head.repeat(depth) + "1" + tail.repeat(depth);
    }

    private static void parse(String text) {
        try {
            Program.check(text, ANYWHERE);
        } catch (SyntaxException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }
}
