package io.kybern.distribution.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogFilesTest {
    @TempDir
    Path directory;

    private static LogRecord entry(String logger, String message) {
        LogRecord entry = new LogRecord(Level.INFO, message);
        entry.setLoggerName(logger);
        return entry;
    }

    @ParameterizedTest
    @CsvSource({
        "io.kybern.apiserver.http.Listener, API",
        "io.kybern.operators.scheduler.Scheduler, SCHEDULER",
        "io.kybern.operators.Controllers, CONTROLLERS",
        "io.javaoperatorsdk.operator.Operator, CONTROLLERS",
        "io.kybern.node.NodeAgent, NODE",
        "io.netty.Something, SERVER"
    })
    void eachComponentHasItsFile(String logger, ComponentLog expected) {
        assertThat(ComponentLog.of(logger)).isEqualTo(expected);
    }

    @Test
    void aRecordIsALineAndItsStackTrace() throws IOException {
        LogFiles files = new LogFiles(directory, 1_000_000);
        LogRecord entry = entry("io.kybern.node.NodeAgent", "pod {0} failed");
        entry.setParameters(new Object[] {"web"});
        entry.setThrown(new IllegalStateException("because"));
        files.publish(entry);
        files.close();
        List<String> lines = Files.readAllLines(directory.resolve("node.log"));
        assertThat(lines.getFirst()).endsWith(" INFO NodeAgent: pod web failed");
        assertThat(lines.get(1)).isEqualTo("java.lang.IllegalStateException: because");
    }

    @Test
    void aLongFileMakesWayForAFreshOne() throws IOException {
        LogFiles files = new LogFiles(directory, 100);
        for (int i = 0; i < 3; i++) {
            files.publish(entry("io.kybern.node.NodeAgent", "message " + i + " of sixty characters or thereabouts"));
        }
        files.close();
        assertThat(Files.readString(directory.resolve("node.log")))
                .contains("message 2")
                .doesNotContain("message 1");
        assertThat(Files.readString(directory.resolve("node.log.1")))
                .contains("message 1")
                .doesNotContain("message 0");
    }

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
}
