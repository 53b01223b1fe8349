package io.kybern.distribution.cluster;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Where a cluster runs whose data isn't where its name says, so that its name alone finds it as long as it runs. A file beside the
 * folder of the name; it may be stale.
 *
 * @param named the folder of the name, which need not be there
 */
public record Elsewhere(ClusterDirectory named) {
    public void write(ClusterDirectory actual) {
        RecordFile.write(file(), Map.of("data-dir", actual.root().toString()));
    }

    public void delete() {
        RecordFile.delete(file());
    }

    /** Where a server of this name runs now, if that is elsewhere. */
    public Optional<ClusterDirectory> running() {
        return RecordFile.read(file())
                .map(values -> values.getOrDefault("data-dir", ""))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> new ClusterDirectory(Path.of(folder)))
                .filter(directory -> ServerRecord.running(directory).isPresent());
    }

    private Path file() {
        Path folder = named.root();
        return folder.resolveSibling(folder.getFileName() + ".elsewhere");
    }
}
