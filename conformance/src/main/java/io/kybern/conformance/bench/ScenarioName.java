package io.kybern.conformance.bench;

import java.util.OptionalInt;

/** The scenarios by the words of the command line. */
enum ScenarioName {
    CREATE,
    LIST,
    WATCH;

    Scenario scenario(OptionalInt clients) {
        return switch (this) {
            case CREATE -> new CreateScenario(clients.orElse(64));
            case LIST -> new ListScenario(clients.orElse(4));
            case WATCH -> new WatchScenario(clients.orElse(100));
        };
    }
}
