package io.kybern.distribution.kubeconfig;

import java.io.File;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * A kubeconfig on disk. Changes are made under client-go's lock ({@code FILE.lock}, made exclusively: {@code
 * tools/clientcmd/loader.go}), so that a {@code kubectl config} at the same time waits or fails but loses nothing, and
 * replace the file at once: a reader sees the old or the new one.
 */
public final class KubeconfigFile {
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");
    private static final FileAttribute<?> PRIVATE = PosixFilePermissions.asFileAttribute(OWNER_ONLY);

    private final Path path;
    private final Duration patience;

    /** @param patience how long to wait for someone else's lock */
    public KubeconfigFile(Path path, Duration patience) {
        this.path = path.toAbsolutePath();
        this.patience = patience;
    }

    /**
     * Where a new context belongs: the first file of {@code $KUBECONFIG} that exists, else its last one, else
     * {@code ~/.kube/config}.
     */
    public static Path defaultPath(Map<String, String> environment, Path home) {
        List<Path> listed = Arrays.stream(
                        environment.getOrDefault("KUBECONFIG", "").split(File.pathSeparator))
                .filter(name -> !name.isEmpty())
                .map(Path::of)
                .toList();
        return listed.isEmpty()
                ? home.resolve(".kube").resolve("config")
                : listed.stream().filter(Files::exists).findFirst().orElse(listed.getLast());
    }

    public Path path() {
        return path;
    }

    /**
     * Adds the entries of {@code source} and makes its context the current one.
     *
     * @return the context that was current before, if it was another
     */
    public Optional<String> merge(Kubeconfig source, String context) {
        return change(file -> {
            Optional<String> before = file.currentContext().filter(name -> !name.equals(context));
            file.merge(source);
            file.setCurrentContext(context);
            return before;
        });
    }

    /** Removes the context with its cluster and user, and, if it is current, goes back to {@code before}. */
    public void remove(String context, Optional<String> before) {
        if (Files.exists(path)) {
            change(file -> {
                file.remove(context);
                if (file.currentContext().filter(context::equals).isPresent()) {
                    file.setCurrentContext(before.filter(file::hasContext).orElse(""));
                }
                return before;
            });
        }
    }

    private Optional<String> change(Function<Kubeconfig, Optional<String>> edit) {
        try {
            Files.createDirectories(directory());
            Path lock = path.resolveSibling(path.getFileName() + ".lock");
            lock(lock);
            try {
                Path target = Files.exists(path) ? path.toRealPath() : path;
                Kubeconfig file = Kubeconfig.parse(read(target));
                Optional<String> result = edit.apply(file);
                replace(target, file.text());
                return result;
            } finally {
                Files.deleteIfExists(lock);
            }
        } catch (KubeconfigException e) {
            throw new KubeconfigException(path + " " + e.getMessage(), e);
        } catch (IOException e) {
            throw new KubeconfigException(path + " cannot be changed: " + e.getMessage(), e);
        }
    }

    private void lock(Path lock) throws IOException {
        long deadline = System.nanoTime() + patience.toNanos();
        try (WatchService watcher = lock.getFileSystem().newWatchService()) {
            directory().register(watcher, StandardWatchEventKinds.ENTRY_DELETE);
            while (!tryLock(lock)) {
                WatchKey change = watcher.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                if (change == null) {
                    throw new KubeconfigException(
                            "is locked by another program; if none is running, delete " + lock, null);
                }
                change.pollEvents();
                change.reset();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KubeconfigException("is locked by another program", e);
        }
    }

    private static boolean tryLock(Path lock) throws IOException {
        try {
            Files.createFile(lock);
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        }
    }

    private static String read(Path target) throws IOException {
        try {
            return Files.readString(target);
        } catch (NoSuchFileException e) {
            return "";
        }
    }

    private static void replace(Path target, String text) throws IOException {
        Path next = target.resolveSibling(target.getFileName() + ".kybern");
        Files.deleteIfExists(next);
        if (target.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.createFile(next, PRIVATE);
        }
        Files.writeString(next, text);
        Files.move(next, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private Path directory() {
        Path parent = path.getParent();
        return parent == null ? path : parent;
    }
}
