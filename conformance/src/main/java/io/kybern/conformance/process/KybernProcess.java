package io.kybern.conformance.process;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** Kybern's API server alone, with its embedded store, in a JVM with the options that {@code kybern up} gives to a server. */
public final class KybernProcess implements ServerProcess {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final String NAME = "kybern";

    private final ProcessGroup group;
    private final InetSocketAddress address;

    private KybernProcess(ProcessGroup group, InetSocketAddress address) {
        this.group = group;
        this.address = address;
    }

    /**
     * Starts a server and returns when it answers.
     *
     * @param directory of its data; a second start continues with what is there
     * @throws ServerStartException if it does not answer
     */
    public static KybernProcess start(Path directory) {
        return start(Launch.in(directory));
    }

    /**
     * How a server is started.
     *
     * @param directory of its log and tokens
     * @param data of its keys and its store
     * @param prefix what the command line begins with: a program that changes something and then executes the rest
     * @param history how long the past is kept
     * @param member of a cluster of several; empty: it has a store of its own
     */
    public record Launch(Path directory, Path data, List<String> prefix, Duration history, Optional<Member> member) {
        public Launch {
            prefix = List.copyOf(prefix);
        }

        /** Of a server that is alone. */
        public Launch(Path directory, Path data, List<String> prefix, Duration history) {
            this(directory, data, prefix, history, Optional.empty());
        }

        static Launch in(Path directory) {
            return new Launch(directory, directory, List.of(), ApiServerMain.DEFAULT_HISTORY);
        }
    }

    /**
     * What tells one of several servers from the others.
     *
     * @param address on which it listens, and which it advertises
     * @param store {@code etcd://HOST:PORT,...}
     */
    public record Member(String address, String store) {}

    /** As {@link #start(Path)}. */
    public static KybernProcess start(Launch launch) {
        ProcessGroup group = new ProcessGroup(launch.directory());
        try {
            Path tokens = TokenFile.write(launch.directory());
            List<String> command = new ArrayList<>(launch.prefix());
            command.addAll(ServerJvm.command(ServerJvm.PLAIN_LOG_MANAGER, ApiServerMain.class.getName()));
            command.addAll(List.of(
                    launch.data().toString(),
                    tokens.toString(),
                    launch.history().toString()));
            launch.member().ifPresent(member -> command.addAll(List.of(member.address(), member.store())));
            group.start(NAME, command);
            String host = launch.member().map(Member::address).orElse(ApiServerMain.LOOPBACK);
            return new KybernProcess(group, new InetSocketAddress(host, awaitPort(group)));
        } catch (RuntimeException e) {
            group.close();
            throw e;
        }
    }

    private static int awaitPort(ProcessGroup group) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < end) {
            group.checkAlive(NAME);
            Optional<Integer> port = announcedPort(group.log(NAME));
            if (port.isPresent()) {
                return port.get();
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
        throw new ServerStartException("kybern does not answer:\n" + group.lastLines(NAME));
    }

    private static Optional<Integer> announcedPort(Path log) {
        try (Stream<String> lines = Files.lines(log)) {
            return lines.filter(line -> line.startsWith(ApiServerMain.SERVING))
                    .map(line -> Integer.valueOf(line.substring(ApiServerMain.SERVING.length())))
                    .findFirst();
        } catch (IOException e) {
            throw new ServerStartException("can't read " + log + ": " + e.getMessage(), e);
        }
    }

    @Override
    public String title() {
        return "kybern";
    }

    @Override
    public int port() {
        return address.getPort();
    }

    @Override
    public Address address() {
        return Address.of(address);
    }

    /** Where it listens. */
    public InetSocketAddress listener() {
        return address;
    }

    @Override
    public List<ProcessHandle> processes() {
        return group.handles();
    }

    @Override
    public void kill() {
        group.kill();
    }

    @Override
    public void close() {
        group.close();
    }
}
