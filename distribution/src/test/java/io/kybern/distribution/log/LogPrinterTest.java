package io.kybern.distribution.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LogPrinterTest {
    @TempDir
    Path directory;

    @Test
    void thePrinterGoesOnWhereItStopped() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        LogPrinter printer = new LogPrinter(
                directory, List.of(ComponentLog.API), new PrintStream(out, true, StandardCharsets.UTF_8));
        Path file = Files.writeString(directory.resolve("api.log"), "one\n");
        printer.printAll();
        Files.writeString(file, "one\ntwo\n");
        printer.printAll();
        Files.writeString(file, "new\n");
        printer.printAll();
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("one\ntwo\nnew\n");
    }

    @ParameterizedTest
    @EnumSource
    void eachFileThatIsPrintedIsConfigured(ComponentLog log) throws IOException {
        Properties application = new Properties();
        try (InputStream in = ComponentLog.class.getResourceAsStream("/application.properties")) {
            application.load(in);
        }
        assertThat(application).containsValue("${kybern.logs}/" + log.fileName());
    }
}
