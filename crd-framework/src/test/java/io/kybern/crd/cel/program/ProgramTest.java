package io.kybern.crd.cel.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kybern.crd.cel.check.Environment;
import io.kybern.crd.cel.check.StructTypes;
import io.kybern.crd.cel.syntax.SyntaxException;
import io.kybern.crd.cel.type.CelType;
import io.kybern.crd.cel.value.CelList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProgramTest {
    private static final Environment ENVIRONMENT = new Environment(
            Map.of("x", CelType.DYN, "names", CelType.list(CelType.STRING), "text", CelType.STRING), StructTypes.NONE);

    private static final Map<String, Object> VARIABLES =
            Map.of("x", 5L, "names", CelList.of(List.of("b", "a", "ab")), "text", "héllo");

    private static Program.Outcome evaluate(String expression) throws Exception {
        return Program.of(Program.check(expression, ENVIRONMENT), ENVIRONMENT).evaluate(VARIABLES);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1 + 2 * 3 == 7 && 7 / 2 == 3 && -7 % 3 == -1",
                "1 < 2.5 && 2u >= 2 && dyn(3) == 3.0",
                "'a' + 'b' == \"ab\" && r'a\\b' == 'a\\\\b' && b'ab' == bytes('ab')",
                "text.size() == 5 && size(b'\\xff') == 1 && names.size() == 3",
                "names.all(n, n.size() < 3) && names.exists(n, n == 'ab') && names.exists_one(n, n == 'a')",
                "names.map(n, n + '!') == ['b!', 'a!', 'ab!'] && names.filter(n, n.startsWith('a')) == ['a', 'ab']",
                "names.map(n, n != 'b', n + n) == ['aa', 'abab']",
                "names.all(i, n, n == names[i]) && {'a': 1}.exists(k, v, k == 'a' && v == 1)",
                "names.transformList(i, n, string(i) + n) == ['0b', '1a', '2ab']",
                "{'a': 1, 'b': 2}.transformMap(k, v, v > 1, v * 2) == {'b': 4}",
                "false || (1 / 0 == 1 || true)",
                "!(1 / 0 == 1 && false)",
                "type(x) == int && type([]) == list && type(type(1)) == type",
                "[1, 2, 3].sum() == 6 && [3, 1].min() == 1 && ['a', 'b'].max() == 'b' && [1, 1, 2].isSorted()",
                "[1, 2, 1].indexOf(1) == 0 && [1, 2, 1].lastIndexOf(1) == 2 && [1, 2].indexOf(3) == -1",
                "[[1], [2, 3]].flatten() == [1, 2, 3] && lists.range(3) == [0, 1, 2] && [1, 2].reverse() == [2, 1]",
                "names.sort() == ['a', 'ab', 'b'] && names.sortBy(n, n.size()) == ['b', 'a', 'ab']",
                "[1, 1, 2].distinct() == [1, 2] && [1, 2, 3].slice(1, 3) == [2, 3]",
                "sets.contains([1, 2], [2]) && sets.intersects([1], [1, 2]) && sets.equivalent([1, 1], [1])",
                "'a-b-c'.split('-') == ['a', 'b', 'c'] && 'a-b-c'.split('-', 2) == ['a', 'b-c']",
                "['a', 'b'].join('/') == 'a/b' && 'abc'.substring(1) == 'bc' && 'abc'.charAt(1) == 'b'",
                "'hello'.replace('l', 'L') == 'heLLo' && 'hello'.replace('l', 'L', 1) == 'heLlo'",
                "'ab'.replace('', '-') == '-a-b-' && ''.split('') == [] && 'ab'.split('') == ['a', 'b']",
                "'%s is %d, %.1f, %x, %b'.format([dyn('a'), 5, 1.25, 255, true]) == 'a is 5, 1.2, ff, 1'",
                "'%s'.format([[dyn(1), 'a', {'k': 2.5}]]) == '[1, \"a\", {\"k\":2.500000}]'",
                "'abc123'.find('[0-9]+') == '123' && 'a1b2'.findAll('[0-9]') == ['1', '2'] && 'ab'.matches('^a')",
                "url('https://u:p@example.com:80/a b?x=1&x=2').getHostname() == 'example.com'",
                "url('https://example.com:80/a?x=1&x=2').getQuery() == {'x': ['1', '2']} && isURL('/a') && !isURL('a')",
                "quantity('1Gi').add(quantity('1Gi')) == quantity('2Gi') && quantity('50k').asInteger() == 50000",
                "quantity('1.5').isGreaterThan(quantity('1')) && !quantity('1.5').isInteger() && !isQuantity('x')",
                "ip('10.0.0.1').family() == 4 && isIP('::1') && !isIP('10.0.0.01') && ip('::1').isLoopback()",
                "cidr('10.0.0.0/8').containsIP('10.1.2.3') && cidr('10.0.0.0/8').containsCIDR('10.1.0.0/16')",
                "string(cidr('10.1.2.3/8').masked()) == '10.0.0.0/8' && ip.isCanonical('::1') && !ip.isCanonical('0::1')",
                "semver('1.2.3').isLessThan(semver('1.10.0')) && isSemver('v1.0', true) && !isSemver('v1.0')",
                "semver('1.0.0-rc.1').compareTo(semver('1.0.0')) == -1 && semver('v01.2', true).minor() == 2",
                "!format.dns1123Label().validate('a-b').hasValue() && format.named('nope') == optional.none()",
                "format.dns1123Label().validate('A').hasValue()",
                "optional.of(1).orValue(2) == 1 && optional.none().or(optional.of(2)).value() == 2",
                "{'a': 1}[?'a'].hasValue() && !{'a': 1}.?b.hasValue() && [1][?3].orValue(9) == 9",
                "optional.of(3).optMap(v, v + 1) == optional.of(4) && [?optional.none(), 1] == [1]",
                "timestamp('2024-02-29T12:30:00Z').getDayOfYear() == 59 && duration('1h30m').getMinutes() == 90",
                "string(timestamp('2024-01-01T00:00:00.500Z')) == '2024-01-01T00:00:00.5Z'",
                "string(duration('90m')) == '5400s' && int(timestamp('1970-01-01T00:01:00Z')) == 60",
                "timestamp('2024-01-01T00:00:00Z') - duration('1h') < timestamp('2024-01-01T00:00:00Z')",
                "string(1000000.0) == '1e+06' && string(2.5) == '2.5' && double('1.5') == 1.5 && int('12') == 12",
                "x == 5 && x < 6.5 && has({'a': 1}.a) && !has({'a': 1}.b)",
                "(x > 3 ? 'big' : 'small') == 'big' && 'b' in names && !('c' in {'a': 1})",
            })
    void holds(String expression) throws Exception {
        assertThat(evaluate(expression).value()).isEqualTo(true);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            1 / (x - 5) == 1         | division by zero
            9223372036854775807 + x == 1 | integer overflow
            names[3] == ''           | index out of bounds: 3
            {'a': 1}['b'] == 1       | no such key: b
            x + 'a' == ''            | no such overload
            x.startsWith('a')        | no such overload: startsWith(int, string)
            x && true                | no such overload
            int(text) == 1           | type conversion error from 'string' to 'int'
            optional.none().value()  | optional.none() dereference
            [1].slice(0, 2) == []    | cannot slice(0, 2), list is length 1
            ip(text) == ip('::1')    | IP Address "héllo" parse error during conversion from string: ParseAddr("héllo"): unable to parse IP
            """)
    void tellsWhatFailed(String expression, String error) throws Exception {
        assertThat(evaluate(expression).error()).startsWith(error);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            y == 1              | undeclared reference to 'y' (in container '')
            text + 1 == ''      | found no matching overload for '_+_' applied to '(string, int)'
            text.foo            | type 'string' does not support field selection
            names.all(n, n + 1) | found no matching overload for '_+_' applied to '(string, int)'
            [1, 'a'].size() > 0 | expected type 'int' but found 'string'
            names.all(n.x, n)   | argument must be a simple name
            has(text)           | invalid argument to has() macro
            duration('x') > duration('1s') | invalid duration argument
            text.matches('[')   | invalid matches argument
            'a %d'.format([text]) == '' | error during formatting: decimal clause can only be used on integers, was given string
            text >              | Syntax error: mismatched input '<EOF>' expecting {'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}
            """)
    void tellsWhatDoesNotCompile(String expression, String error) {
        assertThatThrownBy(() -> Program.check(expression, ENVIRONMENT))
                .isInstanceOf(SyntaxException.class)
                .hasMessageContaining(": " + error);
    }

    /** The costs are those of cel-go. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            [1,2,3,4].slice(4, 4) == []                     | 11
            optional.ofNonZeroValue([]) == optional.none()  | 3
            sets.contains(['a', 'b'], [])                   | 1
            [].sortBy(e, e) == []                           | 14
            dyn([1, 2]).sum() == 3                          | 3
            [-3, 1, -5, -2, 4].sortBy(e, -(e * e)) == [-5, 4, -3, -2, 1] | 145
            url('https://example.com/path?').getQuery() == {} | 4
            """)
    void costsWhatItCostsUpstream(String expression, long cost) throws Exception {
        assertThat(evaluate(expression).cost()).isEqualTo(cost);
    }

    @Test
    void showsWhereSomethingIsWrong() {
        assertThatThrownBy(() -> Program.check("text == 'ü' &&\n names == 1", ENVIRONMENT))
                .hasMessage(
                        "ERROR: <input>:2:8: found no matching overload for '_==_' applied to '(list(string), int)'\n"
                                + " |  names == 1\n | .......^");
    }

    @Test
    void stopsWhatCostsTooMuch() throws Exception {
        Program.Outcome outcome = evaluate(
                "lists.range(1000).all(a, lists.range(1000).all(b, lists.range(1000).all(c, a + b + c >= 0)))");
        assertThat(outcome.exceeded()).isTrue();
        assertThat(outcome.cost()).isBetween(Program.COST_LIMIT, Program.COST_LIMIT + 10_000);
    }

    @Test
    void matchesInLinearTime() throws Exception {
        String nasty = "'" + "a".repeat(2000) + "'.matches('^(a+)+b$')";
        assertThat(evaluate(nasty).value()).isEqualTo(false);
    }

    @Test
    void refusesWhatIsTooDeepOrTooLong() {
        assertThatThrownBy(() -> Program.check("(".repeat(400) + "1" + ")".repeat(400), ENVIRONMENT))
                .hasMessage("ERROR: <input>:-1:0: expression recursion limit exceeded: 250");
        assertThatThrownBy(() -> Program.check("1" + "+1".repeat(400), ENVIRONMENT))
                .hasMessage("ERROR: <input>:-1:0: max recursion depth exceeded");
        assertThatThrownBy(() -> Program.check("'" + "a".repeat(100_001) + "'", ENVIRONMENT))
                .hasMessage(
                        "ERROR: <input>:-1:0: expression code point size exceeds limit: size: 100003, limit 100000");
    }
}
