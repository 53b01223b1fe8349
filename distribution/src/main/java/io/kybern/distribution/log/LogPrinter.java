package io.kybern.distribution.log;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Prints log files and what is added to them; a line with the component's name goes before where several are mixed. */
public final class LogPrinter {
    private final Path directory;
    private final List<ComponentLog> logs;
    private final PrintStream out;
    private final Map<ComponentLog, Long> printed = new EnumMap<>(ComponentLog.class);
    private @Nullable ComponentLog last;

    public LogPrinter(Path directory, List<ComponentLog> logs, PrintStream out) {
        this.directory = directory;
        this.logs = List.copyOf(logs);
        this.out = out;
    }

    /** Prints what was added since the last call; everything at the first. */
    public void printAll() throws IOException {
        for (ComponentLog log : logs) {
            printNew(log);
        }
        out.flush();
    }

    /** Prints what is added, until the thread is interrupted. */
    public void follow() throws IOException {
        try (WatchService watcher = directory.getFileSystem().newWatchService()) {
            directory.register(watcher, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_MODIFY);
            while (true) {
                printAll();
                WatchKey change = watcher.take();
                change.pollEvents();
                change.reset();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void printNew(ComponentLog log) throws IOException {
        Path file = directory.resolve(log.fileName());
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            long from = printed.getOrDefault(log, 0L);
            if (size < from) {
                // The file was replaced by a fresh one.
                from = 0;
            }
            if (size == from) {
                return;
            }
            if (logs.size() > 1 && log != last) {
                out.println("==> " + log.word() + " <==");
                last = log;
            }
            channel.transferTo(from, size - from, Channels.newChannel((OutputStream) out));
            printed.put(log, size);
        } catch (NoSuchFileException e) {
            // The component has logged nothing yet.
        }
    }
}
