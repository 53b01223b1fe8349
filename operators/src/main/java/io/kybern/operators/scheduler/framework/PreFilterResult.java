package io.kybern.operators.scheduler.framework;

import java.util.Set;

/** What a pod means to a filter plugin. */
public sealed interface PreFilterResult {
    /** The plugin has nothing to ask of nodes for this pod. */
    record Skip() implements PreFilterResult {}

    /** Every node has to pass {@code filter}. */
    record Check(NodeFilter filter) implements PreFilterResult {}

    /** Only {@code nodes} come into question, and they have to pass {@code filter}. */
    record CheckOnly(NodeFilter filter, Set<String> nodes) implements PreFilterResult {}

    /** No node will do. */
    record Reject(Rejection rejection) implements PreFilterResult {}

    PreFilterResult SKIP = new Skip();
}
