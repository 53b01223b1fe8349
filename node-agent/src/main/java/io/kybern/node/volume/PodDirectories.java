package io.kybern.node.volume;

import java.nio.file.Path;

/** Where things of a pod lie on the host, below the node agent's root. */
public record PodDirectories(Path root) {
    public Path pod(String uid) {
        return root.resolve("pods").resolve(uid);
    }

    public Path volume(String uid, String volume) {
        return pod(uid).resolve("volumes").resolve(volume);
    }

    /** The pod's {@code /etc/hosts}. */
    public Path hosts(String uid) {
        return pod(uid).resolve("etc-hosts");
    }

    /** Where a container attempt leaves its last words. */
    public Path terminationFile(String uid, String container, int attempt) {
        return pod(uid).resolve("containers").resolve(container).resolve(String.valueOf(attempt));
    }
}
