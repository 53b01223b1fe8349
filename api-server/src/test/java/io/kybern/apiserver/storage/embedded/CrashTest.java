package io.kybern.apiserver.storage.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.kybern.apiserver.storage.KeyValueStore.CommitResult;
import io.kybern.apiserver.storage.KeyValueStore.Event;
import io.kybern.apiserver.storage.KeyValueStore.Write;
import io.kybern.apiserver.storage.KeyValueStoreContract.Recorder;
import io.kybern.apiserver.storage.Revision;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills a process that writes, without warning, and looks whether all is there that it acknowledged. */
class CrashTest {
    private static final int WRITERS = 32;
    private static final int ROUNDS = 3;
    private static final int ACKNOWLEDGED_BEFORE_KILL = 5_000;
    /** Each writer's, where they are written again and again. */
    private static final int KEYS = 20;

    private static final int SMALL_SEGMENTS = 100_000;
    private static final int ACKNOWLEDGED_IN_THE_ROUND = 20_000;

    @TempDir
    private Path directory;

    @Test
    void nothingAcknowledgedIsLost() throws Exception {
        long newest = 1;
        for (int round = 0; round < ROUNDS; round++) {
            Map<String, String> acknowledged = writeAndKill(round, false, ACKNOWLEDGED_BEFORE_KILL);
            try (EmbeddedStore store = EmbeddedStore.open(EmbeddedOptions.of(directory))) {
                acknowledged.forEach((key, revision) -> assertThat(store.get(key, Revision.NONE))
                        .as(key)
                        .hasValueSatisfying(found -> {
                            assertThat(found.modified()).hasToString(revision);
                            assertThat(new String(found.value(), StandardCharsets.UTF_8))
                                    .startsWith(key + " ");
                        }));
                long before = newest;
                newest = store.currentRevision().value();
                assertThat(newest).isGreaterThanOrEqualTo(before + acknowledged.size());
                Recorder recorder = new Recorder();
                store.watch("/", new Revision(before), recorder);
                assertThat(recorder.events.stream().map(Event::revision).mapToLong(Revision::value))
                        .as("no revision is missing")
                        .containsExactlyElementsOf(LongStream.rangeClosed(before + 1, newest)
                                .boxed()
                                .toList());
            }
        }
    }

    /** With little history, so that the files of the log are written over all the time. */
    @Test
    void nothingAcknowledgedIsLostWhereFilesGoRound() throws Exception {
        for (int i = 1; i <= ROUNDS; i++) {
            int round = i;
            Map<String, String> acknowledged = writeAndKill(round, true, ACKNOWLEDGED_IN_THE_ROUND);
            assertThat(acknowledged).hasSize(WRITERS * KEYS);
            try (Stream<Path> files = Files.list(directory)) {
                assertThat(files.filter(Segment::isSegment).map(Path::toString).min(String::compareTo))
                        .as("many are gone")
                        .hasValueSatisfying(oldest -> assertThat(oldest).isGreaterThan(path(20 * round)));
            }
            try (EmbeddedStore store = openInTheRound(directory)) {
                acknowledged.forEach((key, revision) -> assertThat(store.get(key, Revision.NONE))
                        .as(key)
                        .hasValueSatisfying(found -> {
                            assertThat(found.modified().value()).isGreaterThanOrEqualTo(Long.parseLong(revision));
                            assertThat(new String(found.value(), StandardCharsets.UTF_8))
                                    .startsWith(key + " ");
                        }));
                Recorder recorder = new Recorder();
                Revision oldest = store.compactedRevision();
                store.watch("/", oldest, recorder);
                assertThat(recorder.events.stream().map(Event::revision).mapToLong(Revision::value))
                        .as("no revision is missing")
                        .containsExactlyElementsOf(LongStream.rangeClosed(
                                        oldest.value() + 1,
                                        store.currentRevision().value())
                                .boxed()
                                .toList());
            }
        }
    }

    private String path(int segment) {
        return directory.resolve("%08d.segment".formatted(segment)).toString();
    }

    private static EmbeddedStore openInTheRound(Path directory) {
        EmbeddedOptions options = new EmbeddedOptions(
                directory, EmbeddedOptions.DEFAULT_HISTORY, 3 * SMALL_SEGMENTS, InstantSource.system());
        return EmbeddedStore.open(options, journal -> journal, SMALL_SEGMENTS);
    }

    private Map<String, String> writeAndKill(int round, boolean files, int enough) throws Exception {
        Process writer = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        Writer.class.getName(),
                        directory.toString(),
                        String.valueOf(round),
                        String.valueOf(files))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        Map<String, String> acknowledged = new HashMap<>();
        int count = 0;
        try (BufferedReader lines = writer.inputReader()) {
            String line;
            while ((line = lines.readLine()) != null) {
                int space = line.indexOf(' ');
                if (!line.endsWith(".")) {
                    break; // cut off by the kill
                }
                acknowledged.put(line.substring(0, space), line.substring(space + 1, line.length() - 1));
                if (++count == enough) {
                    writer.toHandle().destroyForcibly(); // SIGKILL; what is still in the pipe was acknowledged too
                }
            }
        } finally {
            writer.destroyForcibly();
        }
        writer.waitFor();
        assertThat(count).isGreaterThanOrEqualTo(enough);
        return acknowledged;
    }

    /** The process that is killed: prints "key revision." of each acknowledged write. */
    static final class Writer {
        private Writer() {}

        public static void main(String[] arguments) throws InterruptedException {
            boolean goRound = Boolean.parseBoolean(arguments[2]);
            Path directory = Path.of(arguments[0]);
            EmbeddedStore store =
                    goRound ? openInTheRound(directory) : EmbeddedStore.open(EmbeddedOptions.of(directory));
            if (goRound) {
                Thread.ofPlatform().daemon().start(() -> {
                    while (true) {
                        store.tick();
                    }
                });
            }
            PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true);
            Thread[] threads = new Thread[WRITERS];
            for (int i = 0; i < WRITERS; i++) {
                String prefix = "/crash/" + (goRound ? "" : arguments[1]) + "/" + i + "/";
                threads[i] = Thread.startVirtualThread(() -> write(store, prefix, goRound, out));
            }
            for (Thread thread : threads) {
                thread.join();
            }
        }

        private static void write(EmbeddedStore store, String prefix, boolean goRound, PrintStream out) {
            for (int n = 0; ; n++) {
                String key = prefix + (goRound ? n % KEYS : n);
                byte[] value = (key + " " + "x".repeat(500)).getBytes(StandardCharsets.UTF_8);
                if (store.commit(Write.put(key, goRound ? null : Revision.NONE, value))
                        instanceof CommitResult.Committed committed) {
                    byte[] line = (key + " " + committed.revision() + ".\n").getBytes(StandardCharsets.UTF_8);
                    out.write(line, 0, line.length); // whole lines: the stream locks per call
                }
            }
        }
    }
}
