package io.kybern.distribution.flag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GoDurationTest {
    @ParameterizedTest
    @CsvSource({
        "5m0s, PT5M",
        "0, PT0S",
        "1.5h, PT1H30M",
        "2h45m, PT2H45M",
        "300ms, PT0.3S",
        "1.000000001s, PT1.000000001S",
        ".25h, PT15M",
        "1.s, PT1S",
        "1.5us, PT0.0000015S",
        "5s, PT5S"
    })
    void readsWhatGoReads(String text, Duration expected) {
        assertThat(GoDuration.of("--x", text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "5 m", "m", "-5m", "5m!", "five", "10000000h", "99999999999999999999s"})
    void refusesTheRest(String text) {
        assertThatThrownBy(() -> GoDuration.of("--x", text))
                .isInstanceOf(FlagException.class)
                .hasMessage("--x is a duration such as 5m0s, not \"" + text + "\"");
    }
}
