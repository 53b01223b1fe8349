package io.kybern.apiserver.chain;

import io.kybern.apiserver.http.ApiResponse;
import io.kybern.apiserver.http.Headers;
import java.util.Map;
import java.util.UUID;

/** The headers of every answer: audit id, cache control, warnings. */
public final class HeadersFilter implements Filter {
    private static final int MAX_AUDIT_ID = 64;

    @Override
    public ApiResponse filter(Exchange exchange, Next next) {
        String id = exchange.request().header("Audit-ID");
        ApiResponse response = next.proceed(exchange);
        Headers headers = response.headers();
        headers.set(
                "Audit-Id",
                id.isEmpty() || id.length() > MAX_AUDIT_ID ? UUID.randomUUID().toString() : id);
        if (headers.first("Cache-Control").isEmpty()) {
            headers.add("Cache-Control", "no-cache, private");
        }
        for (Map.Entry<String, String> line : exchange.responseHeaders().lines()) {
            headers.add(line.getKey(), line.getValue());
        }
        exchange.warnings().writeTo(headers);
        return response;
    }
}
