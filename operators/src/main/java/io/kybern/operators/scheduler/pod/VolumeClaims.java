package io.kybern.operators.scheduler.pod;

import java.util.Optional;

/** What is known of persistent volume claims; any thread may ask. */
public interface VolumeClaims {
    /** No claim at all. */
    VolumeClaims NONE = (namespace, name) -> Optional.empty();

    Optional<State> find(String namespace, String name);

    /**
     * @param bound it has a volume
     * @param lost its volume is gone
     * @param volume the name of that; empty while it has none
     */
    record State(boolean bound, boolean lost, boolean deleting, String volume) {}
}
