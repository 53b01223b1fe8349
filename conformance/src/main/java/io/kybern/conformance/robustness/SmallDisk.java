package io.kybern.conformance.robustness;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A file system of its own in a file, which can be filled and held up. Takes root. */
final class SmallDisk implements AutoCloseable {
    private static final long BYTES = 256L << 20;
    private static final int TRIES = 20;

    private final Path mounted;
    /** Who is interrupted leaves nothing mounted. */
    private final Thread end = new Thread(this::unmount, "end of a disk");

    private SmallDisk(Path mounted) {
        this.mounted = mounted;
        Runtime.getRuntime().addShutdownHook(end);
    }

    /**
     * Mounts an empty one.
     *
     * @param directory gets the file and the folder {@code disk}
     * @return empty if this machine doesn't let us
     */
    static Optional<SmallDisk> mount(Path directory) {
        Path image = directory.resolve("disk.image");
        Path mounted = directory.resolve("disk");
        try {
            Files.createDirectories(mounted);
            try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
                file.setLength(BYTES);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        boolean works = Shell.run("mkfs.ext4", "-q", "-F", "-m", "0", image.toString())
                && Shell.run("mount", "-o", "loop,noatime", image.toString(), mounted.toString());
        return works ? Optional.of(new SmallDisk(mounted)) : Optional.empty();
    }

    Path root() {
        return mounted;
    }

    /** Leaves no room, as somebody else's file would. */
    void fill() {
        Path ballast = mounted.resolve("ballast");
        for (int i = 0; i < TRIES; i++) {
            long free = mounted.toFile().getUsableSpace();
            if (free == 0) {
                return;
            }
            long size = ballast.toFile().length();
            // what the file system needs to note a large file's blocks isn't free for them
            long more = i == 0 ? free - (free >> 6) : Math.max(4096, free >> (i / 4));
            Shell.run("fallocate", "-o", String.valueOf(size), "-l", String.valueOf(more), ballast.toString());
        }
    }

    void empty() {
        try {
            Files.deleteIfExists(mounted.resolve("ballast"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whoever writes waits until {@link #thaw}. */
    void freeze() {
        Shell.require("fsfreeze", "-f", mounted.toString());
    }

    void thaw() {
        Shell.require("fsfreeze", "-u", mounted.toString());
    }

    @Override
    public void close() {
        Runtime.getRuntime().removeShutdownHook(end);
        unmount();
    }

    /** Also while a process that is about to end has files there. */
    private void unmount() {
        if (!Shell.run("umount", mounted.toString())) {
            Shell.run("umount", "-l", mounted.toString());
        }
    }
}
