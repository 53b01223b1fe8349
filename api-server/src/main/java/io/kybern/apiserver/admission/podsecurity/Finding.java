package io.kybern.apiserver.admission.podsecurity;

import java.util.List;
import java.util.stream.Collectors;

/**
 * What a check has against a pod.
 *
 * @param reason short, the same for all pods: {@code host namespaces}
 * @param detail what in this pod: {@code hostNetwork=true}
 */
record Finding(String reason, String detail) {
    /** All reasons. */
    static String reasons(List<Finding> findings) {
        return findings.stream().map(Finding::reason).collect(Collectors.joining(", "));
    }

    /** All reasons with their details. */
    static String details(List<Finding> findings) {
        return findings.stream()
                .map(f -> f.detail().isEmpty() ? f.reason() : f.reason() + " (" + f.detail() + ")")
                .collect(Collectors.joining(", "));
    }
}
