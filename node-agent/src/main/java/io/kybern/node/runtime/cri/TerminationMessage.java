package io.kybern.node.runtime.cri;

import io.kybern.node.runtime.ContainerRuntime.LogOptions;
import io.kybern.node.runtime.cri.v1.ContainerState;
import io.kybern.node.runtime.cri.v1.ContainerStatus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/** What an ended container left to say: in its termination file or, if the pod wants that, at the end of its log. */
public final class TerminationMessage {
    /** Annotation of a container: the termination file on the host. */
    public static final String FILE = "kybern.io/termination-file";
    /** Annotation of a container: {@code true} when a failed container's log stands in for an empty file. */
    public static final String LOG_FALLBACK = "kybern.io/termination-log";

    /** Upstream's limits. */
    private static final int FILE_BYTES = 4096;

    private static final int LOG_BYTES = 2048;
    private static final int LOG_LINES = 80;

    private TerminationMessage() {}

    static String of(ContainerStatus status) {
        if (status.getState() != ContainerState.CONTAINER_EXITED) {
            return "";
        }
        String said = file(status.getAnnotationsOrDefault(FILE, ""));
        boolean fallback = "true".equals(status.getAnnotationsOrDefault(LOG_FALLBACK, ""));
        if (said.isEmpty() && fallback && status.getExitCode() != 0) {
            said = log(Path.of(status.getLogPath()));
        }
        return said.isEmpty() ? status.getMessage() : said;
    }

    private static String file(String path) {
        if (path.isEmpty()) {
            return "";
        }
        try (var in = Files.newInputStream(Path.of(path))) {
            return new String(in.readNBytes(FILE_BYTES), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }

    private static String log(Path path) {
        var text = new ByteArrayOutputStream();
        var options = new LogOptions(false, false, Optional.of(LOG_LINES), Optional.empty(), Optional.empty());
        try {
            CriLog.read(
                    path,
                    options,
                    (bytes, offset, length) -> {
                        text.write(bytes, offset, length);
                        return true;
                    },
                    () -> false);
        } catch (IOException e) {
            return "";
        }
        byte[] all = text.toByteArray();
        return new String(
                Arrays.copyOfRange(all, Math.max(0, all.length - LOG_BYTES), all.length), StandardCharsets.UTF_8);
    }
}
