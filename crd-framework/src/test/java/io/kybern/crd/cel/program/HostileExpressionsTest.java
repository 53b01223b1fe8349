package io.kybern.crd.cel.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kybern.crd.cel.check.Environment;
import io.kybern.crd.cel.check.StructTypes;
import io.kybern.crd.cel.type.CelType;
import io.kybern.crd.cel.value.CelList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Expressions that cost little by the rules of the original, and would run for hours or fill the memory. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class HostileExpressionsTest {
    private static final Environment ENVIRONMENT = new Environment(
            Map.of("texts", CelType.list(CelType.STRING), "text", CelType.STRING, "more", CelType.STRING),
            StructTypes.NONE);
    private static final Map<String, Object> VARIABLES = Map.of(
            "texts", CelList.of(Collections.nCopies(50_000, "x")),
            "text", "a".repeat(1_000_000),
            "more", "a".repeat(500_000) + "b");

    private static Program.Outcome evaluate(String expression) throws Exception {
        return Program.of(Program.check(expression, ENVIRONMENT), ENVIRONMENT).evaluate(VARIABLES);
    }

    /** Binds names to ever larger values, each made of the one before. */
    private static String growing(int times, String first, String step, String last) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i <= times; i++) {
            String value = i == 0 ? first : step.replace("@", "v" + (i - 1));
            out.append("[").append(value).append("].all(v").append(i).append(", ");
        }
        return out.append(last.replace("@", "v" + times))
                .append(")".repeat(times + 1))
                .toString();
    }

    private static void assertStopped(String expression) throws Exception {
        Program.Outcome outcome = evaluate(expression);
        assertThat(outcome.exceeded()).as(outcome.toString()).isTrue();
        assertThat(outcome.error()).isEqualTo("operation cancelled: actual cost limit exceeded");
    }

    @Test
    void listsThatDoubleAreBounded() throws Exception {
        assertThat(evaluate(growing(5, "texts", "@ + @", "@.size() == 1600000 && @[1599999] == 'x'"))
                        .value())
                .isEqualTo(true);
        assertStopped(growing(40, "texts", "@ + @", "@.size() > 0"));
    }

    @Test
    void listsWithinListsAreComparedAsLongAsThereIsTime() throws Exception {
        assertThat(evaluate(growing(8, "[['a']]", "[dyn(@), dyn(@)]", "dyn(@) == dyn(@)"))
                        .value())
                .isEqualTo(true);
        assertStopped(growing(40, "[['a']]", "[dyn(@), dyn(@)]", "dyn(@) == dyn(@)"));
    }

    @Test
    void whatIsPrintedIsBounded() throws Exception {
        assertStopped(growing(40, "[['a']]", "[dyn(@), dyn(@)]", "'%s'.format([dyn(@)]).size() > 0"));
        assertStopped(growing(40, "[['a']]", "[dyn(@), dyn(@)]", "{dyn('a'): dyn(@)}[dyn(@)] == 1"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text.replace('', more) == ''",
                "text.replace('a', more) == ''",
                "lists.range(100000).map(i, text).join(more) == ''",
                "'%.999999999f'.format([1.5]) == ''",
                "'%.999999999e'.format([1.5]) == ''",
                "lists.range(50000).map(i, texts).flatten().size() == 0",
                "lists.range(90000).all(i, lists.range(50000).map(j, 'x') == texts)",
                "sets.contains(texts, texts.map(t, t + 'y'))"
            })
    void whatIsMadeOfLittleIsBounded(String expression) throws Exception {
        assertStopped(expression);
    }

    @Test
    void aPrecisionThatIsNoIntegerIsTold() {
        assertThatThrownBy(() -> evaluate("'%.99999999999f'.format([dyn(1.5)]) == ''"))
                .hasMessageContaining("error while converting precision to integer");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text.indexOf(more) == -1 && text.lastIndexOf(more) == -1",
                "(text + more).indexOf(more) == 1000000 && (more + text).lastIndexOf(more) == 0",
                "('x' + more).replace(more, '') == 'x'",
                "text.split(more).size() == 1",
                "lists.range(100000).transformMap(i, n, n).size() == 100000",
                "lists.range(20000).map(i, i + 1).size() == 20000"
            })
    void whatIsLinearIsDone(String expression) throws Exception {
        Program.Outcome outcome = evaluate(expression);
        assertThat(outcome.value()).as(outcome.error()).isEqualTo(true);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'abcabcabcabcabcabcabcabcabcabcabcabcabd'.indexOf('abcabcabcabcabcabcabcabcabcabcabcabd') == 3",
                "'ü😀abcabcabcabcabcabcabcabcabcabcabcabd'.indexOf('😀abcabcabcabcabcabcabcabcabcabcabcabd') == 1",
                "'aüabcabcabcabcabcabcabcabcabcabcabcab'.lastIndexOf('abcabcabcabcabcabcabcabcabcabcabcab') == 2",
                "'xyabababababababababababababababababababx'.lastIndexOf('abababababababababababababababababab') == 4",
                "'a😀b'.charAt(1) == '😀' && 'a😀b'.charAt(2) == 'b' && 'a😀b'.charAt(3) == ''"
            })
    void longPartsAreFoundAsShortOnesAre(String expression) throws Exception {
        assertThat(evaluate(expression).value()).isEqualTo(true);
    }

    @Test
    void aMapThatGrewIsWhatItWas() throws Exception {
        assertThat(evaluate("[{'a': 1, 'b': 2}.transformMap(k, v, v + 1)].all(m, m == {'a': 2, 'b': 3} && !('c' in m)"
                                + " && m.transformMap(k, v, v > 2, v) == {'b': 3} && m.size() == 2)")
                        .value())
                .isEqualTo(true);
        assertThat(evaluate("{'a': 1, 'b': 2}.transformMapEntry(k, v, {'x': v})")
                        .error())
                .isEqualTo("insert failed: key x already exists");
        assertThat(List.of(evaluate("{'a': 1}.transformMapEntry(k, v, {v: k}) == {1: 'a'}")
                        .value()))
                .containsExactly(true);
    }
}
