package io.kybern.conformance.bench.scenario;

import io.kybern.conformance.bench.figure.Figure;
import io.kybern.conformance.bench.figure.Figures;
import io.kybern.conformance.bench.figure.Goal;
import io.kybern.conformance.bench.load.Installation;
import io.kybern.conformance.process.ServerProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What the installation of a large provider does. Each turn is at a server that has just been started in an empty directory: whoever had
 * the kinds before would be warm, and to have them deleted takes the original longer than to define them. One that runs has them
 * deleted after each turn.
 */
final class Definitions implements Scenario {
    private static final int KINDS = 500;
    private static final int WARM_UP_KINDS = 100;

    private final int kinds;

    Definitions() {
        this(KINDS);
    }

    private Definitions(int kinds) {
        this.kinds = kinds;
    }

    @Override
    public String word() {
        return "crds";
    }

    @Override
    public String about() {
        return kinds
                + " definitions of custom kinds with schemas of 80 KB at a fresh server, until they are established and"
                + " discovered";
    }

    @Override
    public String unit() {
        return "definitions";
    }

    @Override
    public int clients() {
        return 8;
    }

    @Override
    public List<Goal> goals(int clients) {
        return List.of(Goal.atLeastTimes(10, Figure.RATE));
    }

    @Override
    public Scenario ofKinds(int count) {
        return new Definitions(count);
    }

    @Override
    public Entrant enter(Contestant contestant, Setting setting) {
        return new Installations(contestant, setting, CrdData.kinds(kinds));
    }

    private static final class Installations implements Entrant {
        private final Contestant contestant;
        private final Setting setting;
        private final List<Installation.Kind> kinds;
        private int number;

        Installations(Contestant contestant, Setting setting, List<Installation.Kind> kinds) {
            this.contestant = contestant;
            this.setting = setting;
            this.kinds = kinds;
        }

        /** Only the generator gets warm: the server is another one than those of the turns. One that runs has no part in it. */
        @Override
        public void warmUp(Duration duration) throws IOException {
            if (!(contestant instanceof Contestant.Running)) {
                turn(duration, kinds.subList(0, Math.min(WARM_UP_KINDS, kinds.size())));
            }
        }

        @Override
        public Figures turn(Duration duration) throws IOException {
            return turn(duration, kinds);
        }

        private Figures turn(Duration duration, List<Installation.Kind> kinds) throws IOException {
            Path directory = setting.directory().resolve("turn-" + ++number);
            try (ServerProcess server = contestant.start(directory)) {
                Installation installation = new Installation(server, setting.clients(), kinds);
                Figures figures = Turn.of(server, installation, ProcessCost.of(server), duration);
                if (server.processes().isEmpty()) {
                    installation.undo();
                }
                return figures;
            }
        }

        @Override
        public void close() {}
    }
}
