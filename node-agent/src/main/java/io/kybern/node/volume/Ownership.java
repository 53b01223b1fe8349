package io.kybern.node.volume;

import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The pod's {@code fsGroup}: who, besides root, may read (and, where the volume is writable, write) its volumes. */
record Ownership(Optional<Integer> group, boolean writable) {
    private static final int READ = 0440;
    private static final int READ_WRITE = 0660;
    /** setgid, so that what is made inside belongs to the group; and search. */
    private static final int DIRECTORY = 02110;

    static Ownership of(Pod pod, boolean writable) {
        var context = pod.getSpec().getSecurityContext();
        return new Ownership(
                context == null || context.getFsGroup() == null
                        ? Optional.empty()
                        : Optional.of(context.getFsGroup().intValue()),
                writable);
    }

    void applyToFile(Path file) throws IOException {
        apply(file, writable ? READ_WRITE : READ);
    }

    void applyToDirectory(Path directory) throws IOException {
        apply(directory, (writable ? READ_WRITE : READ) | DIRECTORY);
    }

    private void apply(Path path, int added) throws IOException {
        if (group.isPresent()) {
            Files.setAttribute(path, "unix:gid", group.get());
            int mode = (Integer) Files.getAttribute(path, "unix:mode") & 07777;
            Files.setAttribute(path, "unix:mode", mode | added);
        }
    }
}
