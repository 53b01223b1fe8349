package io.kybern.conformance.bench.scenario;

import io.kybern.conformance.bench.load.Load;
import io.kybern.conformance.process.ServerProcess;
import java.io.IOException;

/**
 * A kind of work, the same for each server.
 *
 * @param title what is done, with its numbers
 * @param unit what is counted, in the plural
 * @param goal how many times the original's rate Kybern should reach
 * @param data what is made once a server, not measured
 * @param load the connected clients; connecting isn't measured
 */
public record Scenario(String title, String unit, double goal, Data data, Clients load) {
    /** Makes the data that the work needs. */
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

    /** Connects the clients. */
    @FunctionalInterface
    public interface Clients {
        Load open(ServerProcess server) throws IOException;
    }
}
