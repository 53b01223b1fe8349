package io.kybern.apiserver.storage.etcd;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A way to a server on which answers can get lost, while requests still arrive. */
final class LossyWay implements AutoCloseable {
    private final InetSocketAddress server;
    private final ServerSocket entrance;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile boolean loses;

    private LossyWay(URI server) throws IOException {
        this.server = new InetSocketAddress(server.getHost(), server.getPort());
        this.entrance = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    static LossyWay to(URI server) {
        try {
            LossyWay way = new LossyWay(server);
            Thread.ofVirtual().name("way to " + server).start(way::accept);
            return way;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where it begins. */
    URI entrance() {
        return URI.create("http://127.0.0.1:" + entrance.getLocalPort());
    }

    /** From now on no answer arrives. */
    void loseAnswers() {
        loses = true;
    }

    /** Breaks the connections that there are; new ones lose nothing. */
    void breakOff() {
        Set<Socket> broken = Set.copyOf(open);
        broken.forEach(LossyWay::close);
        open.removeAll(broken);
        loses = false;
    }

    @SuppressWarnings("AddressSelection") // a loopback address, which needs no choice
    private void accept() {
        while (true) {
            try {
                Socket client = entrance.accept();
                Socket beyond = new Socket(server.getAddress(), server.getPort());
                open.add(client);
                open.add(beyond);
                Thread.ofVirtual().start(() -> carry(client, beyond, false));
                Thread.ofVirtual().start(() -> carry(beyond, client, true));
            } catch (IOException e) {
                return; // it is closed
            }
        }
    }

    private void carry(Socket from, Socket to, boolean answers) {
        byte[] buffer = new byte[8 << 10];
        try (from;
                to) {
            for (int read = from.getInputStream().read(buffer);
                    read >= 0;
                    read = from.getInputStream().read(buffer)) {
                if (!answers || !loses) {
                    to.getOutputStream().write(buffer, 0, read);
                }
            }
        } catch (IOException e) {
            // it has broken off, for both
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // nothing more is wanted of it
        }
    }

    @Override
    public void close() {
        try {
            entrance.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        breakOff();
    }
}
