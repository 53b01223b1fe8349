package io.kybern.conformance.golden;

import java.util.List;
import java.util.Optional;

/** What is sent, in this order of headers; {@code Host} and {@code Content-Length} come by themselves. */
record Request(String method, String target, List<Header> headers, Optional<byte[]> body) {
    Request {
        headers = List.copyOf(headers);
    }
}
