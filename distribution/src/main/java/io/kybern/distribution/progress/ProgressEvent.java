package io.kybern.distribution.progress;

import java.util.Optional;

/** One event of a start; {@link #line} and {@link #parse} are inverse for texts without line breaks. */
public sealed interface ProgressEvent {
    /** A step has begun; the one before, if any, is finished. {@code title} is printed as it is. */
    record Step(String title) implements ProgressEvent {}

    /** The component of this name serves its purpose. */
    record Started(String component) implements ProgressEvent {}

    /** What the user should know although the start goes on. */
    record Note(String text) implements ProgressEvent {}

    /** The API answers at {@code uri}; later steps may follow. */
    record Serving(String uri) implements ProgressEvent {}

    /** Everything runs: the last event. */
    record Ready() implements ProgressEvent {}

    /** The start failed and nothing runs: the last event. {@code message} is one line for the user. */
    record Failed(String message) implements ProgressEvent {}

    default String line() {
        return switch (this) {
            case Step step -> "@step " + oneLine(step.title());
            case Started started -> "@started " + oneLine(started.component());
            case Note note -> "@note " + oneLine(note.text());
            case Serving serving -> "@serving " + oneLine(serving.uri());
            case Ready ready -> "@ready";
            case Failed failed -> "@failed " + oneLine(failed.message());
        };
    }

    /** Empty for a line that is no event. */
    static Optional<ProgressEvent> parse(String line) {
        int space = line.indexOf(' ');
        String word = space < 0 ? line : line.substring(0, space);
        String rest = space < 0 ? "" : line.substring(space + 1);
        return switch (word) {
            case "@step" -> Optional.of(new Step(rest));
            case "@started" -> Optional.of(new Started(rest));
            case "@note" -> Optional.of(new Note(rest));
            case "@serving" -> Optional.of(new Serving(rest));
            case "@ready" -> Optional.of(new Ready());
            case "@failed" -> Optional.of(new Failed(rest));
            default -> Optional.empty();
        };
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\s*\\R\\s*", " ");
    }
}
