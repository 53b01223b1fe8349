package io.kybern.apiserver.chain;

import io.kybern.apiserver.http.ApiResponse;
import io.kybern.apiserver.http.Headers;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/** The headers of every answer: audit id, cache control, warnings. */
public final class HeadersFilter implements Filter {
    private static final int MAX_AUDIT_ID = 64;

    // of a random UUID, RFC 9562, 5.4
    private static final long VERSION_BITS = 0xf000;
    private static final long VERSION_4 = 0x4000;
    private static final long VARIANT = 1L << 63;

    @Override
    public ApiResponse filter(Exchange exchange, Next next) {
        String id = exchange.request().header("Audit-ID");
        ApiResponse response = next.proceed(exchange);
        Headers headers = response.headers();
        headers.set(
                "Audit-Id",
                id.isEmpty() || id.length() > MAX_AUDIT_ID ? auditId().toString() : id);
        if (headers.first("Cache-Control").isEmpty()) {
            headers.add("Cache-Control", "no-cache, private");
        }
        for (Map.Entry<String, String> line : exchange.responseHeaders().lines()) {
            headers.add(line.getKey(), line.getValue());
        }
        exchange.warnings().writeTo(headers);
        return response;
    }

    /** Tells requests apart and guards nothing: a secure one, which all requests would queue for, is not worth its price. */
    private static UUID auditId() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return new UUID(random.nextLong() & ~VERSION_BITS | VERSION_4, random.nextLong() >>> 2 | VARIANT);
    }
}
