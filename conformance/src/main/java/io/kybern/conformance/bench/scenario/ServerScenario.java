package io.kybern.conformance.bench.scenario;

import io.kybern.conformance.bench.figure.Figures;
import io.kybern.conformance.bench.load.Load;
import io.kybern.conformance.bench.load.LoadException;
import io.kybern.conformance.process.ServerProcess;
import java.io.IOException;
import java.time.Duration;

/** Clients that ask an API server by HTTPS. */
abstract class ServerScenario implements Scenario {
    private final String word;
    private final String about;
    private final String unit;
    private final int clients;

    ServerScenario(String word, String about, String unit, int clients) {
        this.word = word;
        this.about = about;
        this.unit = unit;
        this.clients = clients;
    }

    /** What there is to do for one server. */
    abstract Work work(Setting setting);

    /**
     * The work at one server.
     *
     * @param data what is made once, not measured
     * @param clients connects the clients, which isn't measured
     */
    record Work(Data data, Clients clients) {}

    /** Connects the clients. */
    @FunctionalInterface
    interface Clients {
        Load open(ServerProcess server) throws IOException;
    }

    @Override
    public final Entrant enter(Contestant contestant, Setting setting) throws IOException {
        ServerProcess server = contestant.start(setting.directory());
        try {
            Work work = work(setting);
            work.data().make(server);
            return new Asked(server, work, setting.data(), ProcessCost.of(server));
        } catch (IOException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    private record Asked(ServerProcess server, Work work, BenchData data, ProcessCost idle) implements Entrant {
        @Override
        public Figures turn(Duration duration) throws IOException {
            try (Load load = work.clients().open(server)) {
                return Turn.of(server, load, idle, duration);
            }
        }

        @Override
        public void close() {
            try {
                if (server.processes().isEmpty()) {
                    data.remove(server);
                }
            } catch (IOException e) {
                throw new LoadException("can't remove what was made: " + e.getMessage(), e);
            } finally {
                server.close();
            }
        }
    }

    @Override
    public final String word() {
        return word;
    }

    @Override
    public final String about() {
        return about;
    }

    @Override
    public final String unit() {
        return unit;
    }

    @Override
    public final int clients() {
        return clients;
    }
}
