package io.kybern.conformance.bench;

import io.kybern.conformance.process.ServerProcess;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;

/** Durable creates. */
final class CreateScenario implements Scenario {
    private final int clients;
    private final AtomicLong names = new AtomicLong();

    CreateScenario(int clients) {
        this.clients = clients;
    }

    @Override
    public String title() {
        return "creates of ConfigMaps of 1 KiB, " + clients + " clients";
    }

    @Override
    public String unit() {
        return "creates";
    }

    @Override
    public double goal() {
        return 2;
    }

    @Override
    public void prepare(ServerProcess server) throws IOException {
        ConfigMaps.createNamespace(server);
    }

    @Override
    public Load open(ServerProcess server) throws IOException {
        return ClosedLoop.open(server, clients, () -> ConfigMaps.create("created-" + names.incrementAndGet()), 201);
    }
}
