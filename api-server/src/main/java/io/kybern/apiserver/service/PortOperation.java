package io.kybern.apiserver.service;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * The node ports that one write takes and gives back: taken at once, given back when the write is done. A dry run takes
 * nothing and answers made-up ports, as {@code portallocator.PortAllocationOperation} does.
 */
final class PortOperation {
    /** What a dry run's first port follows. */
    private static final int DRY_RUN_BASE = 32768;

    private final NodePorts ports;
    private final boolean dryRun;
    private final List<Integer> allocated = new ArrayList<>();
    private final List<Integer> released = new ArrayList<>();

    PortOperation(NodePorts ports, boolean dryRun) {
        this.ports = ports;
        this.dryRun = dryRun;
    }

    /** Takes this port; the complaint if it can't be had, else an empty text. */
    String allocate(int port) {
        if (dryRun) {
            if (allocated.contains(port)) {
                return "provided port is already allocated";
            }
        } else if (!ports.range().contains(port)) {
            return "provided port is not in the valid range. The range of valid ports is " + ports.range();
        } else if (!ports.take(port)) {
            return "provided port is already allocated";
        }
        allocated.add(port);
        return "";
    }

    /** Takes any port; -1 when all are taken. */
    int allocateNext() {
        int port = dryRun
                ? allocated.stream().mapToInt(Integer::intValue).max().orElse(DRY_RUN_BASE) + 1
                : ports.takeNext();
        if (port >= 0) {
            allocated.add(port);
        }
        return port;
    }

    void releaseLater(int port) {
        released.add(port);
    }

    void commit() {
        if (!dryRun) {
            released.forEach(ports::release);
        }
    }

    void revert() {
        if (!dryRun) {
            allocated.forEach(ports::release);
        }
    }

    /** The node port that another port of the same number asks for, 0 if none does. */
    static int requested(int port, JsonNode servicePorts) {
        for (JsonNode candidate : servicePorts) {
            int nodePort = candidate.path("nodePort").asInt();
            if (candidate.path("port").asInt() == port && nodePort != 0) {
                return nodePort;
            }
        }
        return 0;
    }
}
