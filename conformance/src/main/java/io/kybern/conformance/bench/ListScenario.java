package io.kybern.conformance.bench;

import io.kybern.conformance.process.HttpConnection;
import io.kybern.conformance.process.ServerProcess;
import java.io.IOException;

/** Full lists, each read to its end. */
final class ListScenario implements Scenario {
    private static final int OBJECTS = 10_000;

    private final int clients;

    ListScenario(int clients) {
        this.clients = clients;
    }

    @Override
    public String title() {
        return "lists of " + OBJECTS + " ConfigMaps of 1 KiB, " + clients + " clients";
    }

    @Override
    public String unit() {
        return "lists";
    }

    @Override
    public double goal() {
        return 3;
    }

    @Override
    public void prepare(ServerProcess server) throws IOException {
        ConfigMaps.createNamespace(server);
        try (HttpConnection connection = HttpConnection.open(server.port())) {
            for (int i = 0; i < OBJECTS; i++) {
                int status = connection.exchange(ConfigMaps.create("listed-" + i));
                if (status != 201) {
                    throw new LoadException("a create was answered " + status);
                }
            }
        }
    }

    @Override
    public Load open(ServerProcess server) throws IOException {
        byte[] request = HttpConnection.request("GET", ConfigMaps.COLLECTION, "");
        return ClosedLoop.open(server, clients, () -> request, 200);
    }
}
