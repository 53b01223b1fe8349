package io.kybern.conformance.bench.scenario;

import io.kybern.conformance.process.KybernProcess;
import io.kybern.conformance.process.RunningServer;
import io.kybern.conformance.process.ServerProcess;
import io.kybern.conformance.process.UpstreamProcess;
import java.nio.file.Path;

/** Who is measured. */
public sealed interface Contestant {
    Contestant KYBERN = new Kybern();
    Contestant UPSTREAM = new Upstream();

    /** How it is called in reports. */
    String title();

    /** Starts an API server alone, with its data in a directory of its own. */
    ServerProcess start(Path directory);

    /** What is built here. */
    record Kybern() implements Contestant {
        @Override
        public String title() {
            return "kybern";
        }

        @Override
        public ServerProcess start(Path directory) {
            return KybernProcess.start(directory);
        }
    }

    /** The original. */
    record Upstream() implements Contestant {
        @Override
        public String title() {
            return "upstream";
        }

        @Override
        public ServerProcess start(Path directory) {
            return UpstreamProcess.start(directory);
        }
    }

    /** One that runs, and goes on to. */
    record Running(RunningServer server) implements Contestant {
        @Override
        public String title() {
            return server.title();
        }

        @Override
        public ServerProcess start(Path directory) {
            return server;
        }
    }
}
