package io.kybern.apiserver.storage.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** RocksDB is for directories of format 1 alone, and need not be on the class path. */
class WithoutRocksTest {
    @TempDir
    private Path directory;

    private static ClassLoader withoutRocks() throws MalformedURLException {
        List<URL> path = new ArrayList<>();
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        for (String entry : classPath.split(File.pathSeparator)) {
            if (!entry.contains("rocksdb")) {
                path.add(Path.of(entry).toUri().toURL());
            }
        }
        return new URLClassLoader(path.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
    }

    /** Opens a store there with those classes; returns what went wrong, or nothing. */
    private String open(ClassLoader classes) throws ReflectiveOperationException {
        return (String) classes.loadClass(Opener.class.getName())
                .getMethod("open", String.class)
                .invoke(null, directory.toString());
    }

    /** Loaded by another loader than the test. */
    public static final class Opener {
        private Opener() {}

        public static String open(String directory) {
            try (EmbeddedStore store = EmbeddedStore.open(EmbeddedOptions.of(Path.of(directory)))) {
                return store.currentRevision().toString();
            } catch (DataDirectoryException e) {
                return String.valueOf(e.getMessage());
            }
        }
    }

    @Test
    void aNewStoreOpens() throws Exception {
        assertThat(open(withoutRocks())).isEqualTo("1");
    }

    @Test
    void aDirectoryOfFormat1IsToldWhatItTakes() throws Exception {
        Files.writeString(directory.resolve("CURRENT"), "MANIFEST-000001\n");
        assertThat(open(withoutRocks()))
                .endsWith("it has format 1, which takes org.rocksdb:rocksdbjni to be read and converted");
    }
}
