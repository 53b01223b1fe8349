package io.kybern.operators.scheduler.pod;

import java.util.Map;

/** What the labels of a namespace are. Any thread may ask. */
@FunctionalInterface
public interface NamespaceLabels {
    /** Empty for a namespace that is not known. */
    Map<String, String> of(String namespace);
}
