package io.kybern.distribution.quarkus;

import io.kybern.distribution.cluster.ClusterDirectory;
import io.kybern.distribution.cluster.ServerRecord;
import io.kybern.distribution.progress.Progress;
import io.kybern.distribution.progress.ProgressEvent;
import java.net.URI;

/** Keeps the record of this process up to date while it starts, for {@code kybern status}; passes all progress on. */
final class RecordKeeper implements Progress {
    private final ClusterDirectory directory;
    private final Progress progress;
    private ServerRecord current;

    RecordKeeper(ClusterDirectory directory, ServerRecord first, Progress progress) {
        this.directory = directory;
        this.progress = progress;
        this.current = first;
        first.write(directory);
    }

    void serving(URI uri) {
        write(current.at(uri.toString()));
    }

    @Override
    public void on(ProgressEvent event) {
        if (event instanceof ProgressEvent.Started started) {
            write(current.with(started.component()));
        }
        progress.on(event);
    }

    private void write(ServerRecord next) {
        current = next;
        next.write(directory);
    }
}
