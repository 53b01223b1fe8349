package io.kybern.conformance.bench.scenario;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.kybern.conformance.bench.figure.Figure;
import io.kybern.conformance.bench.figure.Figures;
import io.kybern.conformance.bench.figure.Goal;
import io.kybern.conformance.bench.load.Repeated;
import io.kybern.conformance.process.CommandedProcess;
import io.kybern.conformance.process.EtcdProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The bare stores: no API server, no TLS. Kybern's is called in its process, as the API server does, and its writers' costs are in the
 * figures; etcd is called by gRPC over the loopback address, as the original does, and its client's costs aren't.
 */
final class StoreWrites implements Scenario {
    private static final int CHANNELS = 8;

    @Override
    public String word() {
        return "store";
    }

    @Override
    public String about() {
        return "durable puts of 1 KiB to the bare stores: the embedded one called in its process, etcd by gRPC";
    }

    @Override
    public String unit() {
        return "puts";
    }

    @Override
    public int clients() {
        return 256;
    }

    @Override
    public List<Goal> goals(int clients) {
        return List.of(Goal.atLeastTimes(20, Figure.RATE));
    }

    @Override
    public List<String> conditions(Path directory) throws IOException {
        return List.of(
                "the bare disk does %,.0f fdatasyncs of 1 KiB a second".formatted(BareDisk.syncsASecond(directory)));
    }

    @Override
    public Entrant enter(Contestant contestant, Setting setting) {
        return switch (contestant) {
            case Contestant.Kybern kybern ->
                new Embedded(CommandedProcess.start(StoreMain.class, setting.directory()), setting.clients());
            case Contestant.Upstream upstream ->
                Etcd.connected(EtcdProcess.start(setting.directory()), setting.clients());
            case Contestant.Running running ->
                throw new IllegalArgumentException("store starts its own stores; it can't be measured against others");
        };
    }

    private record Embedded(CommandedProcess process, int clients) implements Entrant {
        @Override
        public Figures turn(Duration duration) throws IOException {
            ProcessCost before = ProcessCost.of(process.processes());
            String[] words = process.ask(clients + " " + duration.toSeconds()).split(" ");
            ProcessCost after = ProcessCost.of(process.processes());
            long operations = Long.parseLong(words[0]);
            Figures figures = Figures.none()
                    .with(Figure.RATE, operations * 1e9 / Long.parseLong(words[1]))
                    .with(Figure.MEDIAN, Long.parseLong(words[2]) / 1e6)
                    .with(Figure.SLOWEST, Long.parseLong(words[3]) / 1e6);
            return ProcessCost.between(before, after, operations, figures);
        }

        @Override
        public void close() {
            process.close();
        }
    }

    private record Etcd(EtcdProcess process, List<Client> clients, StoreValues values, int writers) implements Entrant {
        static Etcd connected(EtcdProcess process, int writers) {
            List<Client> clients = new ArrayList<>();
            for (int i = 0; i < CHANNELS; i++) {
                clients.add(Client.builder().endpoints(process.url()).build());
            }
            return new Etcd(process, clients, new StoreValues(), writers);
        }

        @Override
        public Figures turn(Duration duration) {
            ByteSequence value = ByteSequence.from(values.value());
            ProcessCost before = ProcessCost.of(process.processes());
            var outcome = Repeated.run(writers, duration, writer -> {
                var kv = clients.get(writer % CHANNELS).getKVClient();
                return () -> kv.put(ByteSequence.from(values.key(), StandardCharsets.US_ASCII), value)
                        .get();
            });
            ProcessCost after = ProcessCost.of(process.processes());
            return ProcessCost.between(before, after, outcome.operations(), outcome.figures());
        }

        @Override
        public void close() {
            clients.forEach(Client::close);
            process.close();
        }
    }
}
