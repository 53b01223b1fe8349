package io.kybern.conformance.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** When servers that are started answer. */
final class Ready {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final long BETWEEN_LOOKS = TimeUnit.MILLISECONDS.toNanos(10);

    private Ready() {}

    /**
     * Returns as soon as {@code /readyz} says so.
     *
     * @throws ServerStartException if it doesn't, or a process of the group has ended
     */
    static void await(ProcessGroup group, String name, int port) {
        byte[] question = HttpConnection.request("GET", "/readyz", "");
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < end) {
            group.checkAlive(name);
            try (HttpConnection connection = HttpConnection.open(port)) {
                while (connection.exchange(question) != 200 && System.nanoTime() < end) {
                    LockSupport.parkNanos(BETWEEN_LOOKS);
                }
                return;
            } catch (IOException e) {
                // does not listen yet
            }
            LockSupport.parkNanos(BETWEEN_LOOKS);
        }
        throw new ServerStartException(name + " does not get ready:\n" + group.lastLines(name));
    }

    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
