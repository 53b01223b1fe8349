package io.kybern.apiserver.pki;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** PEM files that only their owner can read, in a directory that only its owner can enter. */
final class PemDirectory implements PemStore {
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rwx------");
    private static final FileAttribute<?> PRIVATE_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Path directory;
    private final boolean posix;

    private PemDirectory(Path directory, boolean posix) {
        this.directory = directory;
        this.posix = posix;
    }

    static PemDirectory open(Path directory) {
        try {
            Files.createDirectories(directory);
            boolean posix = Files.getFileStore(directory).supportsFileAttributeView("posix");
            if (posix) {
                Files.setPosixFilePermissions(directory, OWNER_ONLY);
            }
            return new PemDirectory(directory, posix);
        } catch (IOException e) {
            throw new PkiException("cannot use " + directory + " for keys and certificates: " + e.getMessage(), e);
        }
    }

    @Override
    public Optional<String> read(String name) {
        try {
            return Optional.of(Files.readString(directory.resolve(name)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new PkiException("cannot read " + locate(name) + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void write(String name, String pem) {
        Path next = directory.resolve(name + ".new");
        try {
            Files.deleteIfExists(next);
            try (FileChannel file = createPrivate(next)) {
                ByteBuffer text = ByteBuffer.wrap(pem.getBytes(StandardCharsets.UTF_8));
                while (text.hasRemaining()) {
                    file.write(text);
                }
                file.force(true);
            }
            Files.move(next, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new PkiException("cannot write " + locate(name) + ": " + e.getMessage(), e);
        }
    }

    private FileChannel createPrivate(Path path) throws IOException {
        Set<StandardOpenOption> options = EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        return posix ? FileChannel.open(path, options, PRIVATE_FILE) : FileChannel.open(path, options);
    }

    @Override
    public void delete(String name) {
        try {
            Files.deleteIfExists(directory.resolve(name));
        } catch (IOException e) {
            throw new PkiException("cannot delete " + locate(name) + ": " + e.getMessage(), e);
        }
    }

    @Override
    public String locate(String name) {
        return directory.resolve(name).toString();
    }
}
