package io.kybern.node.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFilesTest {
    private static final Ownership NOBODY = new Ownership(Optional.empty(), false);

    @TempDir
    private Path volume;

    private static VolumeFile file(String text) {
        return new VolumeFile(text.getBytes(StandardCharsets.UTF_8), 0640);
    }

    @Test
    void replacesTheWholeSet() throws IOException {
        assertThat(AtomicFiles.write(volume, Map.of("a", file("1"), "dir/b", file("2")), "1", NOBODY))
                .isTrue();
        assertThat(volume.resolve("a")).hasContent("1").isSymbolicLink();
        assertThat(volume.resolve("dir/b")).hasContent("2");
        assertThat((Integer) Files.getAttribute(volume.resolve("a"), "unix:mode") & 0777)
                .isEqualTo(0640);

        assertThat(AtomicFiles.write(volume, Map.of("a", file("3")), "2", NOBODY))
                .isTrue();
        assertThat(volume.resolve("a")).hasContent("3");
        assertThat(volume.resolve("dir")).doesNotExist();
        assertThat(volume.resolve("..1")).doesNotExist();
    }

    @Test
    void doesNothingWhenNothingChanged() throws IOException {
        AtomicFiles.write(volume, Map.of("a", file("1")), "1", NOBODY);
        assertThat(AtomicFiles.write(volume, Map.of("a", file("1")), "2", NOBODY))
                .isFalse();
        assertThat(volume.resolve("..2")).doesNotExist();
    }

    @Test
    void refusesToLeaveTheVolume() {
        assertThatThrownBy(() -> AtomicFiles.write(volume, Map.of("../../x", file("1")), "1", NOBODY))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("leaves its volume");
    }
}
