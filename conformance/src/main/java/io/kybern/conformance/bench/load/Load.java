package io.kybern.conformance.bench.load;

import java.time.Duration;

/** Connected clients. */
public interface Load extends AutoCloseable {
    /** Lets all of them work for a time. */
    Outcome run(Duration duration);

    @Override
    void close();
}
