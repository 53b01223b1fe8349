package io.kybern.crd.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.re2j.PatternSyntaxException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PatternsTest {
    /** As Go's regexp.Compile answers. */
    @ParameterizedTest
    @CsvSource(delimiter = ' ', textBlock = """
            ((a{1,100}){1,100}){1,20} {1,100}
            (a{1000}){1000} {1000}
            (a{100}){11} {11}
            (?:x{2,}){501} {501}
            ((?P<n>b{0,40}){5}c){6} {6}
            """)
    void nestedRepetitionsCountTogether(String regex, String told) {
        assertThatThrownBy(() -> Patterns.compile(regex))
                .isInstanceOf(PatternSyntaxException.class)
                .hasMessage("error parsing regexp: invalid repeat count: `" + told + "`");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(a{100}){10}",
                "((((((((x{2}){2}){2}){2}){2}){2}){2}){2}){2}",
                "^a{,5}$",
                "a{x}{",
                "(?i)[^]{1000}]{1000}",
                "\\Q{1000}{1000}\\E+",
                "(?i:a{900}b)|(c{900})",
                "[[:alpha:]{2}]{500}",
                "(?:a{0}){1000}",
                "\\p{Greek}{300}"
            })
    void whatGoTakesIsTaken(String regex) {
        assertThat(Patterns.compile(regex).compiled().pattern()).isEqualTo(regex);
    }

    @Test
    void sizeCountsRepetitions() {
        assertThat(Patterns.size("abc")).isEqualTo(3);
        assertThat(Patterns.size("(?:abc){10}")).isEqualTo(30);
        assertThat(Patterns.size("a|b*")).isEqualTo(5);
    }

    @Test
    void refusesWhatIsTooLargeWithoutCompilingIt() {
        assertThatThrownBy(() -> Patterns.compile("(a|b)?".repeat(2_000)))
                .hasMessageStartingWith("error parsing regexp: expression too large: ");
        assertThatThrownBy(() -> Patterns.compile("(?:" + "ab".repeat(200) + "){1000}"))
                .hasMessageStartingWith("error parsing regexp: expression too large: ");
        assertThatThrownBy(() -> Patterns.compile("(".repeat(1_001) + "a" + ")".repeat(1_001)))
                .hasMessageStartingWith("error parsing regexp: expression nests too deeply: ");
    }

    @Test
    void theCompilerTellsWhatIsMalformed() {
        for (String regex : new String[] {"((((", "a{2}{", "[a", "\\", "(?P<x", "*", "a)", "(?"}) {
            assertThat(Patterns.size(regex)).isNotNegative();
        }
        assertThatThrownBy(() -> Patterns.compile("(((("))
                .hasMessage("error parsing regexp: missing closing ): `((((`");
    }

    @Test
    void longTextsAreMatchedAsShortOnesAre() {
        String text = "x".repeat(5_000) + "\uD83D\uDE00end";
        assertThat(Patterns.compile("\\x{1F600}end$").find(text)).isTrue();
        assertThat(Patterns.compile("^end").find(text)).isFalse();
    }
}
