package io.kybern.apiserver.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class YamlTest {
    private static Yaml.Document parse(String yaml) {
        return Yaml.parse(yaml.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "yes | true",
                "Off | false",
                "~ | null",
                "0777 | 511",
                "0o17 | 15",
                "0x1F | 31",
                "0b11 | 3",
                "1_000 | 1000",
                "08 | 8",
                "1.0 | 1",
                ".5 | 0.5",
                "1e3 | 1000",
                "'yes' | \"yes\"",
                "!!str 1 | \"1\"",
                "2001-12-14 | \"2001-12-14\"",
                "1:30 | \"1:30\"",
                "1e400 | \"1e400\"",
                "!!binary aGk= | \"hi\"",
                "18446744073709551615 | 18446744073709551615"
            })
    void scalarsMeanWhatYamlElevenSays(String scalar, String json) {
        assertThat(parse("k: " + scalar).tree().get("k")).hasToString(json);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "a: [ | yaml: line 1: did not find expected node content",
                "a: b: c | yaml: mapping values are not allowed in this context",
                "a: \"x | yaml: found unexpected end of stream",
                "*x | yaml: unknown anchor 'x' referenced",
                "a: &a [*a] | yaml: anchor 'a' value contains itself",
                "<<: x | yaml: map merge requires map or sequence of maps as the value"
            })
    void malformedDocumentsAreRefusedInTheWordsOfTheOriginal(String yaml, String message) {
        assertThatThrownBy(() -> parse(yaml))
                .isInstanceOf(DecodeException.class)
                .hasMessage(message);
    }

    @Test
    void linesAreCountedAsTheOriginalDoes() {
        assertThatThrownBy(() -> parse("a:\n- b\n  c: d\n e"))
                .hasMessage("yaml: line 3: mapping values are not allowed in this context");
        assertThatThrownBy(() -> parse("- a\nb")).hasMessage("yaml: line 3: could not find expected ':'");
    }

    @Test
    void theLastOfRepeatedKeysWinsAndEachIsNotedWithTheLineOfItsValue() {
        Yaml.Document document = parse("a: 1\nb:\n  1: x\n  1: z\na:\n  2\n");
        assertThat(document.tree()).hasToString("{\"a\":2,\"b\":{\"1\":\"z\"}}");
        assertThat(document.strictError())
                .isEqualTo("yaml: unmarshal errors:\n  line 4: key 1 already set in map\n"
                        + "  line 6: key \"a\" already set in map");
    }

    @Test
    void anchorsAndMergeKeysAreResolved() {
        assertThat(parse("base: &b {x: 1}\nall: {<<: *b, z: 2}\n").tree())
                .hasToString("{\"all\":{\"x\":1,\"z\":2},\"base\":{\"x\":1}}");
    }

    @Test
    void aliasesThatMultiplyADocumentAreRefused() {
        StringBuilder bomb = new StringBuilder("a: &a [x,x,x,x,x,x,x,x,x,x]\n");
        for (char c = 'b'; c < 'i'; c++) {
            String before = "*" + (char) (c - 1) + ",";
            bomb.append(c)
                    .append(": &")
                    .append(c)
                    .append(" [")
                    .append(before.repeat(10))
                    .append("]\n");
        }
        assertThatThrownBy(() -> parse(bomb.toString())).hasMessage("yaml: document contains excessive aliasing");
    }

    @Test
    void anEmptyDocumentIsNull() {
        assertThat(parse("").tree().isNull()).isTrue();
        assertThat(parse("---\n").tree().isNull()).isTrue();
    }

    @Test
    void refusesWhatNestsTooDeep() {
        byte[] yaml = ("a: 1\nb: " + "[".repeat(5_000)).getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> Yaml.parse(yaml))
                .isInstanceOf(DecodeException.class)
                .hasMessage("yaml: line 2: exceeded max depth of 300");
    }

    /** Time would depend on the machine; what is copied again and again is allocated, too. */
    @Test
    void aLongScalarIsReadInTimeLinearInIt() {
        String text = "x".repeat(2_000_000);
        for (String yaml : List.of("k: \"" + text + "\"", "k: " + text, "k: |\n  " + text)) {
            byte[] bytes = yaml.getBytes(StandardCharsets.UTF_8);
            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            long before = threads.getCurrentThreadAllocatedBytes();
            assertThat(Yaml.parse(bytes).tree().path("k").asText().strip()).isEqualTo(text);
            assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(100L << 20);
        }
    }

    @Test
    void aControlCharacterIsToldOfWhenItsPlaceIsReached() {
        assertThatThrownBy(() -> parse("a: \u0001"))
                .isInstanceOf(DecodeException.class)
                .hasMessage("yaml: control characters are not allowed");
        assertThatThrownBy(() -> parse("a: [}\n" + "x".repeat(5_000) + "\u0001"))
                .isInstanceOf(DecodeException.class)
                .hasMessageContaining("did not find expected node content");
        assertThat(parse("a: \"" + "\u00e4\ud83d\ude00".repeat(3_000) + "\"\r\nb: 1\rc: 2")
                        .tree()
                        .path("c"))
                .hasToString("2");
    }

    /** {@code >} stands for a tab, {@code ~} for the end of a line. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {~>"a":>[1,>2>],>~>"b>":>{"c"> :>"d>e"}~}>~ | {"a":[1,2],"b>":{"c":"d>e"}}
            {a:>it's>one,>'b''>c':>d>} | {"a":"it's>one","b'>c":"d"}
            ~ [1,># two,>3~>4]> | [1,4]
            {>"a'":>'b"',>"c":>1} | {"a'":"b\\"","c":1}
            """)
    void tabsBetweenTheTokensOfAFlowCollectionAreWhiteSpace(String yaml, String json) {
        assertThat(parse(yaml.replace('>', '\t').replace('~', '\n')).tree())
                .isEqualTo(parse(json.replace(">", "\\t")).tree());
    }

    @Test
    void tabsInABlockOfTextAreItsContent() {
        assertThat(parse("a: |\n  x:\ty\n  \t[1,\t2]\n").tree().path("a").asText())
                .isEqualTo("x:\ty\n\t[1,\t2]\n");
    }
}
