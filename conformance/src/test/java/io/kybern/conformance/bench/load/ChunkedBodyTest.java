package io.kybern.conformance.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ChunkedBodyTest {
    private static final String HEAD = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

    private static String event(long revision) {
        return "{\"object\":{\"metadata\":{\"resourceVersion\":\"" + revision + "\"}}}\n";
    }

    private static String chunk(String content) {
        return Integer.toHexString(content.length()) + "\r\n" + content + "\r\n";
    }

    private static EventReader read(String stream, int size) {
        EventReader events = new EventReader();
        ChunkedBody body = new ChunkedBody(events);
        byte[] bytes = stream.getBytes(StandardCharsets.US_ASCII);
        for (int at = 0; at < bytes.length; at += size) {
            body.read(bytes, at, Math.min(bytes.length, at + size));
        }
        return events;
    }

    @Test
    void passesOnWhatIsInChunksHoweverTheyCome() {
        String two = event(2) + event(3);
        String split = event(4);
        String stream = HEAD + chunk(event(1)) + chunk(two) + chunk(split.substring(0, 9)) + chunk(split.substring(9))
                + "0\r\n\r\n";
        for (int size = 1; size <= stream.length(); size++) {
            EventReader events = read(stream, size);
            assertThat(events.events()).as("by %s bytes", size).isEqualTo(4);
            assertThat(events.disorder()).as("by %s bytes", size).isZero();
        }
    }

    @Test
    void refusesAnotherStatus() {
        assertThatThrownBy(() -> read("HTTP/1.1 410 Gone\r\n\r\n", 100))
                .isInstanceOf(LoadException.class)
                .hasMessageContaining("410");
    }
}
