package io.kybern.apiserver.storage.embedded;

import java.io.IOException;
import java.util.List;

/** Where the committer makes changes durable. */
interface Journal {
    /**
     * Returns when all changes are on disk (fsync).
     *
     * @throws IOException if that is not certain; none of them may be acknowledged then
     */
    void write(List<Change> changes) throws IOException;
}
