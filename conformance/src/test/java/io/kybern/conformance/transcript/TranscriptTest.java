package io.kybern.conformance.transcript;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class TranscriptTest {
    @Test
    void isWrittenAsItIsRead() {
        String text = """
                # Two commands.
                $ apply -f -
                < kind: Nothing
                <
                < end: true
                ! error: no kind
                = 1

                $ get pods
                | NAME  AGE
                |
                | a  AGE
                """;
        List<Exchange> exchanges = Transcript.parse(text);
        assertThat(exchanges).extracting(Exchange::command).containsExactly("apply -f -", "get pods");
        assertThat(exchanges.getFirst().input()).isEqualTo("kind: Nothing\n\nend: true\n");
        assertThat(exchanges.getFirst().outcome()).isEqualTo(new Outcome(1, "", "error: no kind\n"));
        assertThat(Transcript.format(exchanges)).isEqualTo(text);
    }

    @Test
    void refusesOtherLines() {
        assertThatThrownBy(() -> Transcript.parse("kubectl get pods")).hasMessageContaining("kubectl get pods");
    }

    @Test
    void splitsLinesAsAShellDoes() {
        assertThat(CommandLine.words("patch c -p '{\"a\": 1}'  --x=\"y z\" ''"))
                .containsExactly("patch", "c", "-p", "{\"a\": 1}", "--x=y z", "");
    }

    @Test
    void forgetsWhatDiffersFromRunToRun() {
        assertThat(SteadyText.of("NAME   STATUS    AGE\nweb    Running   2m31s\n"))
                .isEqualTo("NAME  STATUS  AGE\nweb  Running  AGE\n");
        assertThat(SteadyText.of("  uid: 6b1e4c3a-0f0e-4a53-9c39-1d8f6a2b7c11\n  resourceVersion: \"42\"\n"))
                .isEqualTo("  uid: UID\n  resourceVersion: \"REVISION\"\n");
        assertThat(SteadyText.of("creationTimestamp: \"2026-01-02T03:04:05Z\""))
                .isEqualTo("creationTimestamp: \"TIME\"\n");
        assertThat(SteadyText.of("cpu: 200m\n")).isEqualTo("cpu: 200m\n");
        assertThat(SteadyText.of("https://127.0.0.1:6443/api")).isEqualTo("SERVER/api\n");
    }
}
