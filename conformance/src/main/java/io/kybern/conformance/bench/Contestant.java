package io.kybern.conformance.bench;

import io.kybern.conformance.process.KybernProcess;
import io.kybern.conformance.process.ServerProcess;
import io.kybern.conformance.process.UpstreamProcess;
import java.nio.file.Path;

/** Who is measured. */
enum Contestant {
    KYBERN {
        @Override
        ServerProcess start(Path directory) {
            return KybernProcess.start(directory);
        }
    },
    UPSTREAM {
        @Override
        ServerProcess start(Path directory) {
            return UpstreamProcess.start(directory);
        }
    };

    /** Starts the server with its data in a directory of its own. */
    abstract ServerProcess start(Path directory);
}
