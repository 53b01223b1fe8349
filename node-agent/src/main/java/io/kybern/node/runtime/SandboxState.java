package io.kybern.node.runtime;

import java.util.List;

/** A pod's newest sandbox: the namespaces and the network that its containers share. */
public record SandboxState(String id, int attempt, boolean ready, List<String> addresses) {
    public SandboxState {
        addresses = List.copyOf(addresses);
    }
}
