package io.kybern.node.volume;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Replaces all files of a directory at once, so that a reader sees the old set or the new one, never a mixture. As
 * upstream lays it out, and tools rely on it:
 *
 * <pre>
 *   volume/..2026_01_01_1   the real files
 *   volume/..data           -> ..2026_01_01_1, switched by a rename
 *   volume/key              -> ..data/key
 * </pre>
 */
final class AtomicFiles {
    private static final String DATA = "..data";

    private AtomicFiles() {}

    /** Writes the files by path; false when all were there already. */
    static boolean write(Path directory, Map<String, VolumeFile> files, String version, Ownership ownership)
            throws IOException {
        Files.createDirectories(directory);
        ownership.applyToDirectory(directory);
        Path data = directory.resolve(DATA);
        if (Files.exists(data) && read(data.toRealPath()).equals(files)) {
            return false;
        }
        Path fresh = directory.resolve(".." + version);
        Files.createDirectory(fresh);
        ownership.applyToDirectory(fresh);
        for (var file : files.entrySet()) {
            Path path = fresh.resolve(file.getKey()).normalize();
            if (!path.startsWith(fresh)) {
                throw new IOException("a file's path leaves its volume: " + file.getKey());
            }
            Files.createDirectories(path.getParent());
            Files.write(path, file.getValue().content());
            Files.setAttribute(path, "unix:mode", file.getValue().mode() & 0777);
            ownership.applyToFile(path);
        }
        Path old = Files.exists(data) ? data.toRealPath() : fresh;
        Path link = directory.resolve("..data_tmp");
        Files.deleteIfExists(link);
        Files.createSymbolicLink(link, fresh.getFileName());
        Files.move(link, data, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        linkNames(directory, files.keySet());
        if (!old.equals(fresh)) {
            Trees.delete(old);
        }
        return true;
    }

    private static Map<String, VolumeFile> read(Path data) throws IOException {
        Map<String, VolumeFile> files = new HashMap<>();
        try (Stream<Path> paths = Files.walk(data)) {
            for (Path path : paths.filter(Files::isRegularFile).toList()) {
                int mode = (Integer) Files.getAttribute(path, "unix:mode") & 0777;
                files.put(data.relativize(path).toString(), new VolumeFile(Files.readAllBytes(path), mode));
            }
        }
        return files;
    }

    private static void linkNames(Path directory, Set<String> paths) throws IOException {
        Set<String> names = new HashSet<>();
        for (String path : paths) {
            names.add(Path.of(path).getName(0).toString());
        }
        for (String name : names) {
            Path visible = directory.resolve(name);
            if (!Files.exists(visible, LinkOption.NOFOLLOW_LINKS)) {
                Files.createSymbolicLink(visible, Path.of(DATA, name));
            }
        }
        try (Stream<Path> present = Files.list(directory)) {
            for (Path path : present.toList()) {
                String name = path.getFileName().toString();
                if (!name.startsWith("..") && !names.contains(name)) {
                    Files.delete(path);
                }
            }
        }
    }
}
