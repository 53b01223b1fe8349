package io.kybern.conformance.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class EventReaderTest {
    private final EventReader reader = new EventReader();

    private static String event(String name, long revision) {
        return "{\"type\":\"ADDED\",\"object\":{\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"" + name
                + "\",\"resourceVersion\":\"" + revision + "\"},\"data\":{\"key\":\"" + "x".repeat(2_000) + "\"}}}\n";
    }

    private void read(String text, int pieces) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int size = (bytes.length + pieces - 1) / pieces;
        for (int at = 0; at < bytes.length; at += size) {
            reader.read(bytes, at, Math.min(bytes.length, at + size));
        }
    }

    @Test
    void countsEventsHoweverTheyAreCut() {
        String events = event("a", 7) + event("a-longer-name", 8) + event("b", 12);
        for (int pieces : new int[] {1, 2, 3, 7, 100, events.length()}) {
            long before = reader.events();
            long disorderBefore = reader.disorder();
            read(events, pieces);
            assertThat(reader.events() - before).as("in %s pieces", pieces).isEqualTo(3);
            // each time but the first, the stream begins anew behind its own end
            assertThat(reader.disorder() - disorderBefore)
                    .as("in %s pieces", pieces)
                    .isEqualTo(before == 0 ? 0 : 1);
        }
    }

    @Test
    void tellsWhatRepeatsAndWhatGoesBack() {
        read(event("a", 100) + event("b", 100) + event("c", 99) + event("d", 101), 1);
        assertThat(reader.disorder()).isEqualTo(2);
    }

    @Test
    void findsTheRevisionBehindNamesOfAnyLength() {
        read(event("n".repeat(200), 5) + event("n", 6) + event("n".repeat(100), 7), 1);
        assertThat(reader.disorder()).isZero();
        assertThat(reader.events()).isEqualTo(3);
    }

    @Test
    void refusesWhatIsNoEvent() {
        assertThatThrownBy(() -> read("{\"kind\":\"Status\",\"code\":401}\n", 1))
                .isInstanceOf(LoadException.class)
                .hasMessageContaining("401");
    }

    @Test
    void doesNotCountTheErrorThatEndsAWatch() {
        read(event("a", 1) + "{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\",\"code\":410}}\n", 2);
        assertThat(reader.events()).isEqualTo(1);
        assertThat(reader.disorder()).isZero();
    }

    @Test
    void forgetsAHalfEventWhenAnotherStreamFollows() {
        String half = event("a", 1).substring(0, 100);
        read(half, 1);
        reader.restart();
        read(event("b", 2), 1);
        assertThat(reader.events()).isEqualTo(1);
        assertThat(reader.disorder()).isZero();
    }
}
