package io.kybern.distribution;

/** What runs the containers of a node. */
public enum NodeRuntime {
    /** containerd where it can be used, simulated else. */
    AUTO,
    CONTAINERD,
    SIMULATED
}
