package io.kybern.distribution.command;

import io.kybern.distribution.progress.Progress;
import io.kybern.distribution.progress.ProgressEvent;
import java.io.PrintStream;

/** Prints steps as they begin and end: rewritten in place on a terminal, one line each elsewhere. Not thread-safe. */
final class Steps implements Progress {
    private static final String GREEN = "\u001b[32m";
    private static final String RED = "\u001b[31m";
    private static final String PLAIN = "\u001b[0m";
    private static final String WHOLE_LINE = "\r\u001b[K";

    private final PrintStream out;
    private final boolean terminal;
    private String current = "";

    Steps(Console console) {
        this.out = console.out();
        this.terminal = console.terminal();
    }

    @Override
    public void on(ProgressEvent event) {
        switch (event) {
            case ProgressEvent.Step step -> begin(step.title());
            case ProgressEvent.Started started -> {}
            case ProgressEvent.Note note -> {
                end(true);
                out.println("   " + note.text());
            }
            case ProgressEvent.Serving serving -> {}
            case ProgressEvent.Ready ready -> end(true);
            case ProgressEvent.Failed failed -> end(false);
        }
    }

    /** Begins a step; the one before is done. */
    void begin(String title) {
        end(true);
        current = title;
        if (terminal) {
            out.print(" • " + title + " ...");
            out.flush();
        }
    }

    void end(boolean well) {
        if (current.isEmpty()) {
            return;
        }
        String sign = well ? "✓" : "✗";
        out.println(
                terminal
                        ? WHOLE_LINE + " " + (well ? GREEN : RED) + sign + PLAIN + " " + current
                        : " " + sign + " " + current);
        current = "";
    }
}
