package io.kybern.apiserver.openapi;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A path or query parameter.
 *
 * @param in {@code path} or {@code query}
 */
record Parameter(String name, String in, String type, String description) {
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

    /** The parameters of these names. A proxied path is part of the path and may be a query parameter besides. */
    static List<Parameter> of(Operation operation, List<String> names, OperationText texts) {
        List<Parameter> out = new ArrayList<>();
        for (String name : names) {
            boolean inPath = operation.path().contains("{" + name + "}");
            if (inPath) {
                out.add(of(operation, name, "path", texts));
            }
            if (!inPath || name.equals("path")) {
                out.add(of(operation, name, "query", texts));
            }
        }
        return out;
    }

    private static Parameter of(Operation operation, String name, String in, OperationText texts) {
        String type = INTEGERS.contains(name) ? "integer" : BOOLEANS.contains(name) ? "boolean" : "string";
        return new Parameter(name, in, type, texts.ofParameter(operation, name, in));
    }

    boolean inPath() {
        return in.equals("path");
    }
}
