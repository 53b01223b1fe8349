package io.kybern.conformance.bench.scenario;

import io.kybern.conformance.process.ServerProcess;
import java.io.IOException;

/** Makes the data that some work needs. */
@FunctionalInterface
public interface Data {
    void make(ServerProcess server) throws IOException;

    default Data and(Data next) {
        return server -> {
            make(server);
            next.make(server);
        };
    }
}
