package io.kybern.conformance.golden;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;

/**
 * What came back.
 *
 * @param events those of a watch that was served; then there is no body
 * @param closedByServer whether the stream of events had an end
 */
record Answer(int code, List<Header> headers, byte[] body, Optional<List<JsonNode>> events, boolean closedByServer) {
    Answer {
        headers = List.copyOf(headers);
    }

    static Answer whole(int code, List<Header> headers, byte[] body) {
        return new Answer(code, headers, body, Optional.empty(), false);
    }

    /** The values of a header, in order. */
    List<String> header(String name) {
        return headers.stream()
                .filter(header -> header.name().equalsIgnoreCase(name))
                .map(Header::value)
                .toList();
    }

    String contentType() {
        List<String> values = header("content-type");
        return values.isEmpty() ? "" : values.getFirst();
    }
}
