package io.kybern.apiserver.storage.embedded;

import io.kybern.apiserver.storage.KeyValueStore.Event;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Where the committer makes changes durable. */
interface Journal {
    /**
     * Returns when all changes are on disk (fsync).
     *
     * @throws IOException if that is not certain; none of them may be acknowledged then, and nothing be written before {@link
     *     #reopen}
     */
    void write(List<Change> changes) throws IOException;

    /** Why nothing should be added now; empty: there is room. Cheap. */
    default Optional<String> shortage() {
        return Optional.empty();
    }

    /**
     * Opens what is on disk anew after a failed write.
     *
     * @param known what is durable for certain
     * @throws IOException if that is not possible now; it may be later
     */
    default Found reopen(Committer.State known) throws IOException {
        throw new IOException("it can't be opened again");
    }

    /**
     * What is on disk after all.
     *
     * @param events that led from the known state to this one
     */
    record Found(Committer.State state, List<Event> events) {}
}
