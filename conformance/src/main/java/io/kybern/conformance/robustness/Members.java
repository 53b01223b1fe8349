package io.kybern.conformance.robustness;

import io.kybern.conformance.process.EtcdMember;
import io.kybern.conformance.process.KybernProcess;
import io.kybern.conformance.robustness.Network.Host;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** Several servers that share an etcd of three members, each process on a host of its own. */
final class Members implements Subject {
    static final int ETCD = 3;

    private final Network network;
    private final List<EtcdMember> etcd;
    private final List<OneServer> servers = new ArrayList<>();
    private final AtomicInteger visits = new AtomicInteger();

    /**
     * Starts all.
     *
     * @param network with a host for each
     * @param count of servers
     */
    Members(Network network, Path directory, int count, Duration history) {
        this.network = network;
        this.etcd = EtcdMember.start(
                directory,
                etcdHosts().stream()
                        .map(host -> new EtcdMember.Launch(host.address(), host.prefix()))
                        .toList());
        try {
            for (Host host : network.hosts(ETCD, ETCD + count)) {
                Path own = directory.resolve("server-" + servers.size());
                servers.add(new OneServer(new KybernProcess.Launch(
                        own,
                        own,
                        host.prefix(),
                        history,
                        Optional.of(new KybernProcess.Member(host.address(), EtcdMember.store(etcd))))));
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    List<EtcdMember> etcd() {
        return etcd;
    }

    List<OneServer> servers() {
        return servers;
    }

    List<Host> etcdHosts() {
        return network.hosts(0, ETCD);
    }

    Host hostOf(OneServer server) {
        return network.hosts(ETCD, ETCD + servers.size()).get(servers.indexOf(server));
    }

    Network network() {
        return network;
    }

    @Override
    public Optional<InetSocketAddress> address() {
        for (int i = 0; i < servers.size(); i++) {
            OneServer server = servers.get(Math.floorMod(visits.getAndIncrement(), servers.size()));
            Optional<InetSocketAddress> address = server.address();
            if (address.isPresent()) {
                return address;
            }
        }
        return Optional.empty();
    }

    @Override
    public List<Long> pids() {
        return servers.stream().flatMap(server -> server.pids().stream()).toList();
    }

    @Override
    public void close() {
        servers.forEach(OneServer::close);
        etcd.forEach(EtcdMember::close);
    }
}
