package io.kybern.conformance.bench;

import io.kybern.conformance.process.ServerProcess;
import java.io.IOException;
import java.time.Duration;

/** A kind of work, the same for each server. */
interface Scenario {
    /** What is done, with its numbers. */
    String title();

    /** What is counted, in the plural. */
    String unit();

    /** How many times the original's rate Kybern should reach. */
    double goal();

    /** Makes the data that the work needs; once a server, not measured. */
    void prepare(ServerProcess server) throws IOException;

    /** Connects the clients; not measured. */
    Load open(ServerProcess server) throws IOException;

    /** Connected clients. */
    interface Load extends AutoCloseable {
        /** Lets all of them work for a time. */
        Outcome run(Duration duration);

        @Override
        void close();
    }

    /** What the clients saw. */
    record Outcome(long operations, Duration elapsed, Latencies latencies) {}
}
