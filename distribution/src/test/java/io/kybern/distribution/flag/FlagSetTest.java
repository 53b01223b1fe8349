package io.kybern.distribution.flag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlagSetTest {
    private enum Fruit {
        APPLE,
        RED_PEAR
    }

    private final FlagSet flags = new FlagSet(List.of(
                    Flag.value("port", "PORT", "6443", "where to listen"),
                    Flag.value("service-cluster-ip-range", "CIDR", "", "addresses of services"),
                    Flag.value("output", "FORMAT", "text", "how to print"),
                    Flag.value("fruit", "FRUIT", "apple", "what to eat"),
                    Flag.toggle("foreground", "stay")))
            .shorthand("o", "output");

    @Test
    void valuesComeAfterASpaceOrAnEqualsSign() {
        ParsedFlags parsed =
                flags.parse(List.of("--port", "1", "--service-cluster-ip-range=10.0.0.0/24", "-o", "json"));
        assertThat(parsed.number("port", 0, 65535)).isEqualTo(1);
        assertThat(parsed.text("service-cluster-ip-range")).isEqualTo("10.0.0.0/24");
        assertThat(parsed.text("output")).isEqualTo("json");
    }

    @Test
    void whatIsNotGivenHasItsDefault() {
        ParsedFlags parsed = flags.parse(List.of());
        assertThat(parsed.number("port", 0, 65535)).isEqualTo(6443);
        assertThat(parsed.isOn("foreground")).isFalse();
        assertThat(parsed.optional("service-cluster-ip-range")).isEmpty();
        assertThat(parsed.given()).isEmpty();
    }

    @Test
    void aSwitchTakesNoValueUnlessItIsAttached() {
        ParsedFlags parsed = flags.parse(List.of("--foreground", "api"));
        assertThat(parsed.isOn("foreground")).isTrue();
        assertThat(parsed.positional()).containsExactly("api");
        assertThat(flags.parse(List.of("--foreground=false")).isOn("foreground"))
                .isFalse();
        assertThatThrownBy(() -> flags.parse(List.of("--foreground=maybe")))
                .hasMessage("--foreground is true or false, not \"maybe\"");
    }

    @Test
    void afterTwoDashesNothingIsAFlag() {
        assertThat(flags.parse(List.of("--", "--port", "-x")).positional()).containsExactly("--port", "-x");
    }

    @ParameterizedTest
    @CsvSource({
        "--servce-cluster-ip-range, --service-cluster-ip-range",
        "--prot, --port",
        "--service-cluster, --service-cluster-ip-range",
        "--forground=true, --foreground"
    })
    void anUnknownFlagIsRefusedWithTheNearestKnown(String wrong, String meant) {
        assertThatThrownBy(() -> flags.parse(List.of(wrong, "1")))
                .isInstanceOf(FlagException.class)
                .hasMessage("unknown flag " + wrong.replaceFirst("=.*", "") + "; did you mean " + meant + "?");
    }

    @Test
    void nothingIsGuessedForSomethingElseAltogether() {
        assertThatThrownBy(() -> flags.parse(List.of("--enable-admission-plugins=x")))
                .hasMessage("unknown flag --enable-admission-plugins");
        assertThatThrownBy(() -> flags.parse(List.of("-z"))).hasMessage("unknown flag -z");
    }

    @Test
    void aMissingValueIsTold() {
        assertThatThrownBy(() -> flags.parse(List.of("--port"))).hasMessage("--port needs a value: --port PORT");
    }

    @Test
    void numbersAndChoicesAreChecked() {
        assertThatThrownBy(() -> flags.parse(List.of("--port=x")).number("port", 0, 65535))
                .hasMessage("--port is a number from 0 to 65535, not \"x\"");
        assertThatThrownBy(() -> flags.parse(List.of("--port=70000")).number("port", 0, 65535))
                .hasMessageContaining("not \"70000\"");
        assertThat(flags.parse(List.of("--fruit=red-pear")).choice("fruit", Fruit.class))
                .isEqualTo(Fruit.RED_PEAR);
        assertThatThrownBy(() -> flags.parse(List.of("--fruit=aple")).choice("fruit", Fruit.class))
                .hasMessage("--fruit is one of apple, red-pear, not \"aple\"; did you mean apple?");
    }

    @Test
    void theCommandLineWinsOverAFile() {
        ParsedFlags file = flags.parseSettings(Map.of("port", "1", "fruit", "apple"));
        ParsedFlags both = flags.parse(List.of("--port=2")).over(file);
        assertThat(both.text("port")).isEqualTo("2");
        assertThat(both.text("fruit")).isEqualTo("apple");
        assertThatThrownBy(() -> flags.parseSettings(Map.of("prot", "1")))
                .hasMessage("unknown flag --prot; did you mean --port?");
    }

    @ParameterizedTest
    @CsvSource({"abc, abc, 0", "abc, acb, 1", "abc, ab, 1", "kitten, sitting, 3", "'', ab, 2"})
    void distancesCountEdits(String a, String b, int edits) {
        assertThat(Nearest.distance(a, b)).isEqualTo(edits);
    }
}
