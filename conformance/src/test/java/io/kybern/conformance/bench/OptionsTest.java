package io.kybern.conformance.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.kybern.conformance.bench.scenario.Contestant;
import io.kybern.conformance.bench.scenario.Scenario;
import io.kybern.conformance.bench.scenario.Scenarios;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OptionsTest {
    private static Options parse(String line) {
        return Options.parse(List.of(line.split(" ")));
    }

    @Test
    void takesSeveralScenariosWithTheirDefaults() {
        Options options = parse("create lease");
        assertThat(options.scenarios()).extracting(Scenario::word).containsExactly("create", "lease");
        assertThat(options.contestants()).containsExactly(Contestant.KYBERN, Contestant.UPSTREAM);
        assertThat(options.clients()).isEmpty();
        assertThat(options.json()).isEmpty();
    }

    @Test
    void takesFlagsAnywhere() {
        Options options = parse("--clients 256 status --seconds 3 --only upstream --json out.json");
        assertThat(options.clients()).hasValue(256);
        assertThat(options.duration()).isEqualTo(Duration.ofSeconds(3));
        assertThat(options.contestants()).containsExactly(Contestant.UPSTREAM);
        assertThat(options.json()).contains(Path.of("out.json"));
    }

    @Test
    void takesFewerKinds() {
        assertThat(parse("crds create --kinds 40").scenarios())
                .extracting(Scenario::word, scenario -> scenario.about().startsWith("40 "))
                .containsExactly(tuple("crds", true), tuple("create", false));
    }

    @Test
    void knowsAll() {
        assertThat(parse("all").scenarios()).isEqualTo(Scenarios.ALL);
        assertThat(Scenarios.ALL).extracting(Scenario::word).doesNotHaveDuplicates();
        assertThat(Options.usage())
                .contains(Scenarios.ALL.stream().map(Scenario::word).toList());
    }

    @Test
    void comparesWithServersThatRun(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("config"), """
                apiVersion: v1
                kind: Config
                current-context: one
                clusters:
                - {name: c, cluster: {server: "https://127.0.0.1:1"}}
                contexts:
                - {name: one, context: {cluster: c, user: u}}
                - {name: two, context: {cluster: c, user: u}}
                users:
                - {name: u, user: {token: secret}}
                """);
        assertThat(parse("get --against " + file).contestants())
                .extracting(Contestant::title)
                .containsExactly("kybern", "one");
        assertThat(parse("get --against " + file + "#two --against " + file).contestants())
                .extracting(Contestant::title)
                .containsExactly("two", "one");
        assertThat(parse("get --against " + file).contestants().getLast())
                .isInstanceOfSatisfying(
                        Contestant.Running.class,
                        running -> assertThat(running.server().address().authorization())
                                .isEqualTo("Bearer secret"));
        assertThatThrownBy(() -> parse("get --only kybern --against " + file))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"--rounds 3", "nothing", "get --nothing", "get --rounds", "get --rounds 0", "get --only both"})
    void refusesWhatItDoesNotKnow(String line) {
        assertThatThrownBy(() -> parse(line)).isInstanceOf(IllegalArgumentException.class);
    }
}
