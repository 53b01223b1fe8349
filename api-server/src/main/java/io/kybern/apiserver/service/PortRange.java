package io.kybern.apiserver.service;

/** Ports from {@code first} to {@code last}, both included. */
public record PortRange(int first, int last) {
    /** The original's {@code --service-node-port-range}. */
    public static final PortRange NODE_PORTS = new PortRange(30000, 32767);

    public PortRange {
        if (first < 0 || last > 65535 || first > last) {
            throw new IllegalArgumentException("no range of ports: " + first + "-" + last);
        }
    }

    public boolean contains(int port) {
        return port >= first && port <= last;
    }

    public int size() {
        return last - first + 1;
    }

    @Override
    public String toString() {
        return first + "-" + last;
    }
}
