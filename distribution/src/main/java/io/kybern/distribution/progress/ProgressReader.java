package io.kybern.distribution.progress;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Reads what a starting server tells. */
public final class ProgressReader {
    private ProgressReader() {}

    /** Passes the events on; the last one, which ends the start, is the result. Empty: the stream ended before it. */
    @SuppressWarnings("resource") // The stream stays open: the server may still print.
    public static Optional<ProgressEvent> read(InputStream stream, Progress progress) throws IOException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            Optional<ProgressEvent> event = ProgressEvent.parse(line);
            event.ifPresent(progress::on);
            if (event.filter(last -> last instanceof ProgressEvent.Ready || last instanceof ProgressEvent.Failed)
                    .isPresent()) {
                return event;
            }
        }
        return Optional.empty();
    }
}
