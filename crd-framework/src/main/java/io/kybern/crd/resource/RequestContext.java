package io.kybern.crd.resource;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What a strategy may know of the request that it serves.
 *
 * @param subresource empty for the object itself, else {@code status}, {@code scale}, …
 * @param now the server's time, second precision is the caller's business
 * @param warnings receives texts for {@code Warning: 299} headers
 */
public record RequestContext(
        String subresource,
        String user,
        List<String> groups,
        Map<String, List<String>> extra,
        String uid,
        boolean dryRun,
        Instant now,
        Consumer<String> warnings) {}
