package io.kybern.distribution.server;

import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Copies this platform's native libraries out of their jars: {@code NativeLibraries DIRECTORY}. With that directory in {@code
 * java.library.path} they are loaded from there; one that is missing there is still taken out of its jar.
 */
public final class NativeLibraries {
    private NativeLibraries() {}

    public static void main(String... arguments) throws IOException {
        Path directory = Files.createDirectories(Path.of(arguments[0]));
        String tls = System.mapLibraryName(
                "netty_tcnative_" + PlatformDependent.normalizedOs() + "_" + PlatformDependent.normalizedArch());
        copy("/META-INF/native/" + tls, directory.resolve(tls));
    }

    private static void copy(String resource, Path file) throws IOException {
        try (InputStream library = NativeLibraries.class.getResourceAsStream(resource)) {
            if (library != null) { // not all are made for all platforms
                Files.copy(library, file, StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }
}
