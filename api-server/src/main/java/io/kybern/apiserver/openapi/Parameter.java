package io.kybern.apiserver.openapi;

import java.util.Set;

/**
 * A path or query parameter: what it is depends on its name alone.
 *
 * @param in {@code path} or {@code query}
 */
record Parameter(String name, String in, String type) {
    private static final Set<String> INTEGERS =
            Set.of("limit", "timeoutSeconds", "gracePeriodSeconds", "limitBytes", "sinceSeconds", "tailLines", "ports");
    private static final Set<String> BOOLEANS = Set.of(
            "allowWatchBookmarks",
            "sendInitialEvents",
            "watch",
            "ignoreStoreReadErrorWithClusterBreakingPotential",
            "orphanDependents",
            "force",
            "stderr",
            "stdin",
            "stdout",
            "tty",
            "follow",
            "insecureSkipTLSVerifyBackend",
            "previous",
            "timestamps");

    static Parameter of(String name, String path) {
        String in = path.contains("{" + name + "}") ? "path" : "query";
        String type = INTEGERS.contains(name) ? "integer" : BOOLEANS.contains(name) ? "boolean" : "string";
        return new Parameter(name, in, type);
    }

    boolean inPath() {
        return in.equals("path");
    }
}
