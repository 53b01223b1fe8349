package io.kybern.distribution.log;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.EnumMap;
import java.util.Map;
import java.util.logging.ErrorManager;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.jspecify.annotations.Nullable;

/**
 * Writes each log record to the file of its component, one line and its stack trace. A file that grows past the limit
 * becomes {@code NAME.log.1}, in place of the one before: a component keeps at most twice the limit.
 */
public final class LogFiles extends Handler {
    private static final long LIMIT_BYTES = 10_000_000;
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSXXX").withZone(ZoneId.systemDefault());

    private static final SimpleFormatter FORMATTER = new SimpleFormatter();

    private final Path directory;
    private final long limit;
    private final Map<ComponentLog, LogFile> files = new EnumMap<>(ComponentLog.class);

    LogFiles(Path directory, long limit) {
        this.directory = directory;
        this.limit = limit;
    }

    /** Sends everything that is logged in this process to {@code directory}; to nowhere else. */
    public static void install(Path directory) {
        LogManager.getLogManager().reset();
        Logger root = Logger.getLogger("");
        root.setLevel(Level.INFO);
        root.addHandler(new LogFiles(directory, LIMIT_BYTES));
        Logger.getLogger("io.fabric8").setLevel(Level.WARNING);
        Logger.getLogger("io.vertx").setLevel(Level.WARNING);
        Logger.getLogger("io.netty").setLevel(Level.WARNING);
    }

    @Override
    public synchronized void publish(LogRecord entry) {
        if (!isLoggable(entry)) {
            return;
        }
        ComponentLog log = ComponentLog.of(String.valueOf(entry.getLoggerName()));
        try {
            LogFile file = files.computeIfAbsent(log, unused -> new LogFile(directory.resolve(log.fileName())));
            file.write(line(entry).getBytes(StandardCharsets.UTF_8), limit);
        } catch (IOException e) {
            reportError("cannot write " + log.fileName(), e, ErrorManager.WRITE_FAILURE);
        }
    }

    private static String line(LogRecord entry) {
        StringWriter text = new StringWriter();
        PrintWriter out = new PrintWriter(text);
        String logger = String.valueOf(entry.getLoggerName());
        out.println(TIME.format(entry.getInstant()) + " " + entry.getLevel().getName() + " "
                + logger.substring(logger.lastIndexOf('.') + 1) + ": " + FORMATTER.formatMessage(entry));
        if (entry.getThrown() != null) {
            entry.getThrown().printStackTrace(out);
        }
        return text.toString();
    }

    /** Nothing is held back: every record goes to the operating system at once. */
    @Override
    public void flush() {}

    @Override
    public synchronized void close() {
        for (LogFile file : files.values()) {
            try {
                file.close();
            } catch (IOException e) {
                reportError("cannot close a log file", e, ErrorManager.CLOSE_FAILURE);
            }
        }
        files.clear();
    }

    /** One file, opened when something is written to it. */
    private static final class LogFile {
        private final Path path;
        private @Nullable OutputStream out;
        private long size;

        LogFile(Path path) {
            this.path = path;
        }

        void write(byte[] bytes, long limit) throws IOException {
            OutputStream target = out;
            if (target != null && size + bytes.length > limit) {
                close();
                Files.move(path, path.resolveSibling(path.getFileName() + ".1"), StandardCopyOption.REPLACE_EXISTING);
                target = null;
            }
            if (target == null) {
                target = Files.newOutputStream(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
                out = target;
                size = Files.size(path);
            }
            target.write(bytes);
            size += bytes.length;
        }

        void close() throws IOException {
            if (out != null) {
                out.close();
                out = null;
            }
        }
    }
}
