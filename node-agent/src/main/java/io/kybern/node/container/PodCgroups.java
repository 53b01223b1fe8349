package io.kybern.node.container;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The cgroups that a runtime made above a pod's containers, which it leaves behind; version 1 has one in each hierarchy. */
final class PodCgroups {
    private static final Path ROOT = Path.of("/sys/fs/cgroup");

    private PodCgroups() {}

    static void remove(String cgroup) throws IOException {
        String relative = cgroup.substring(1);
        List<Path> candidates = new ArrayList<>(List.of(ROOT.resolve(relative)));
        if (Files.isDirectory(ROOT)) {
            try (Stream<Path> hierarchies = Files.list(ROOT)) {
                hierarchies.map(hierarchy -> hierarchy.resolve(relative)).forEach(candidates::add);
            }
        }
        for (Path candidate : candidates) {
            try {
                Files.deleteIfExists(candidate);
            } catch (DirectoryNotEmptyException e) {
                // Files of the kernel make no cgroup undeletable; children do, and go first.
            } catch (IOException busy) {
                // A process is still on its way out; an empty cgroup costs nothing.
            }
        }
    }
}
