package io.kybern.conformance.process;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A member of an etcd of several, each on an address of its own, over its deaths and rebirths. */
public final class EtcdMember implements AutoCloseable {
    private static final int CLIENTS = 2379;
    private static final int PEERS = 2380;
    private static final int CONNECT_MILLIS = 200;

    private final String name;
    private final String address;
    private final List<String> command;
    private final ProcessGroup group;

    private EtcdMember(String name, String address, List<String> command, Path directory) {
        this.name = name;
        this.address = address;
        this.command = command;
        this.group = new ProcessGroup(directory);
    }

    /**
     * How a member is started.
     *
     * @param address on which it listens
     * @param prefix what the command line begins with
     */
    public record Launch(String address, List<String> prefix) {
        public Launch {
            prefix = List.copyOf(prefix);
        }
    }

    /**
     * Starts all members of a new etcd.
     *
     * @param directory of their data and logs
     * @throws ServerStartException if there is no such program
     */
    public static List<EtcdMember> start(Path directory, List<Launch> launches) {
        Path program = UpstreamBinaries.directory("etcd").resolve("etcd");
        String cluster = IntStream.range(0, launches.size())
                .mapToObj(i -> name(i) + "=http://" + launches.get(i).address() + ":" + PEERS)
                .collect(Collectors.joining(","));
        List<EtcdMember> members = new ArrayList<>();
        for (int i = 0; i < launches.size(); i++) {
            Launch launch = launches.get(i);
            String clients = "http://" + launch.address() + ":" + CLIENTS;
            String peers = "http://" + launch.address() + ":" + PEERS;
            List<String> command = new ArrayList<>(launch.prefix());
            command.addAll(List.of(
                    program.toString(),
                    "--name=" + name(i),
                    "--data-dir=" + directory.resolve(name(i)),
                    "--listen-client-urls=" + clients,
                    "--advertise-client-urls=" + clients,
                    "--listen-peer-urls=" + peers,
                    "--initial-advertise-peer-urls=" + peers,
                    "--initial-cluster=" + cluster,
                    "--unsafe-no-fsync", // processes die here, not the machine
                    "--log-level=warn"));
            EtcdMember member = new EtcdMember(name(i), launch.address(), command, directory);
            member.start();
            members.add(member);
        }
        return members;
    }

    private static String name(int number) {
        return "etcd-" + number;
    }

    /** The store of servers that use these. */
    public static String store(List<EtcdMember> members) {
        return "etcd://"
                + members.stream().map(member -> member.address + ":" + CLIENTS).collect(Collectors.joining(","));
    }

    /** Starts it on what it has, and returns when it listens, or after a while. */
    public void start() {
        group.start(name, command);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (System.nanoTime() < end && !listens()) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    private boolean listens() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, PEERS), CONNECT_MILLIS);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    public long pid() {
        return group.handles().getFirst().pid();
    }

    /** As {@code kill -9} does. */
    public void kill() {
        group.kill();
    }

    @Override
    public void close() {
        kill();
    }
}
