package io.kybern.distribution.progress;

/** Who is told how a start goes; called on the starting thread, in order. */
@FunctionalInterface
public interface Progress {
    /** For starts that nobody watches. */
    Progress NONE = event -> {};

    void on(ProgressEvent event);
}
