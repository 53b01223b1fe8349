package io.kybern.conformance.robustness;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * Hosts in network namespaces of their own, on one bridge with this machine. What goes between two of them can be dropped, of
 * which neither is told. Takes root.
 */
final class Network implements AutoCloseable {
    /** For benchmarks of networks, so nobody else's. Source: RFC 2544. */
    private static final String RANGE = "198.18.";

    private static final int RANGES = 256;
    private static final int FIRST_HOST = 10;
    private static final AtomicInteger COUNTER =
            new AtomicInteger((int) (ProcessHandle.current().pid() % RANGES));

    private final int range;
    private final List<Host> hosts = new ArrayList<>();
    /** Who is interrupted leaves nothing behind. */
    private final Thread end = new Thread(this::remove, "end of a network");

    private Network(int range) {
        this.range = range;
        Runtime.getRuntime().addShutdownHook(end);
    }

    /** @param number counts from 0 */
    record Host(String namespace, String address, int number) {
        /** What a command begins with that is to run there. */
        List<String> prefix() {
            return List.of("ip", "netns", "exec", namespace);
        }

        private void firewall(String... arguments) {
            List<String> command = new ArrayList<>(prefix());
            command.addAll(List.of("iptables", "-w"));
            command.addAll(List.of(arguments));
            Shell.require(command.toArray(String[]::new));
        }
    }

    /** @return empty if this machine doesn't let us */
    static Optional<Network> of(int hosts) {
        for (int i = 0; i < RANGES; i++) {
            int range = COUNTER.getAndIncrement() % RANGES;
            if (Shell.run("ip", "link", "add", bridge(range), "type", "bridge")) {
                Network network = new Network(range);
                try {
                    network.lay(hosts);
                    return Optional.of(network);
                } catch (IllegalStateException e) {
                    network.close();
                    return Optional.empty();
                }
            }
            if (!Shell.run("ip", "link", "show", bridge(range))) {
                return Optional.empty(); // it isn't that it is there already
            }
        }
        return Optional.empty();
    }

    private static String bridge(int range) {
        return "kyb" + range;
    }

    private void lay(int count) {
        Shell.require("ip", "address", "add", RANGE + range + ".1/24", "dev", bridge(range));
        Shell.require("ip", "link", "set", bridge(range), "up");
        for (int i = 0; i < count; i++) {
            Host host = new Host(bridge(range) + "-" + i, RANGE + range + "." + (FIRST_HOST + i), i);
            String cable = bridge(range) + "c" + i;
            Shell.require("ip", "netns", "add", host.namespace());
            hosts.add(host);
            Shell.require(
                    "ip", "link", "add", cable, "type", "veth", "peer", "name", "eth0", "netns", host.namespace());
            Shell.require("ip", "link", "set", cable, "master", bridge(range), "up");
            Shell.require("ip", "-n", host.namespace(), "address", "add", host.address() + "/24", "dev", "eth0");
            Shell.require("ip", "-n", host.namespace(), "link", "set", "eth0", "up");
            Shell.require("ip", "-n", host.namespace(), "link", "set", "lo", "up");
            host.firewall("-S"); // whether there is one
        }
    }

    List<Host> hosts(int from, int to) {
        return IntStream.range(from, to).mapToObj(hosts::get).toList();
    }

    /** Lets nothing pass between a host and others, both ways. */
    void cut(Host host, List<Host> others) {
        for (Host other : others) {
            if (!other.equals(host)) {
                host.firewall("-A", "INPUT", "-s", other.address(), "-j", "DROP");
                host.firewall("-A", "OUTPUT", "-d", other.address(), "-j", "DROP");
            }
        }
    }

    /** Lets a host hear nothing of others, who hear it. */
    void deafen(Host host, List<Host> others) {
        for (Host other : others) {
            if (!other.equals(host)) {
                host.firewall("-A", "INPUT", "-s", other.address(), "-j", "DROP");
            }
        }
    }

    /** Takes back what was done to a host. */
    void heal(Host host) {
        host.firewall("-F");
    }

    @Override
    public void close() {
        Runtime.getRuntime().removeShutdownHook(end);
        remove();
    }

    private void remove() {
        hosts.forEach(host -> Shell.run("ip", "netns", "delete", host.namespace()));
        Shell.run("ip", "link", "delete", bridge(range));
    }
}
