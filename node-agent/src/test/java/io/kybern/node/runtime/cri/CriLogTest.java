package io.kybern.node.runtime.cri;

import static org.assertj.core.api.Assertions.assertThat;

import io.kybern.node.runtime.ContainerRuntime.LogOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CriLogTest {
    @TempDir
    private Path directory;

    private Path log;

    @BeforeEach
    void write() throws IOException {
        log = Files.writeString(directory.resolve("0.log"), """
                2026-01-01T00:00:01.5Z stdout F one
                2026-01-01T00:00:02Z stderr P two, in
                2026-01-01T00:00:02Z stderr F  parts
                2026-01-01T00:00:03Z stdout F three
                """);
    }

    private String read(LogOptions options) throws IOException {
        var text = new ByteArrayOutputStream();
        CriLog.read(
                log,
                options,
                (bytes, offset, length) -> {
                    text.write(bytes, offset, length);
                    return true;
                },
                () -> false);
        return text.toString(StandardCharsets.UTF_8);
    }

    @Test
    void joinsPartsAndDropsTheFrame() throws IOException {
        assertThat(read(LogOptions.ALL)).isEqualTo("one\ntwo, in parts\nthree\n");
    }

    @Test
    void honoursItsOptions() throws IOException {
        assertThat(read(new LogOptions(false, true, Optional.of(1), Optional.empty(), Optional.empty())))
                .isEqualTo("2026-01-01T00:00:03Z three\n");
        assertThat(read(new LogOptions(false, false, Optional.of(0), Optional.empty(), Optional.empty())))
                .isEmpty();
        assertThat(read(new LogOptions(
                        false,
                        false,
                        Optional.empty(),
                        Optional.of(Instant.parse("2026-01-01T00:00:03Z")),
                        Optional.empty())))
                .isEqualTo("three\n");
        assertThat(read(new LogOptions(false, false, Optional.empty(), Optional.empty(), Optional.of(6L))))
                .isEqualTo("one\ntw");
    }

    @Test
    void followsToTheEnd() throws IOException {
        assertThat(read(new LogOptions(true, false, Optional.of(1), Optional.empty(), Optional.empty())))
                .isEqualTo("three\n");
    }
}
