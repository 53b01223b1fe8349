package io.kybern.distribution;

/** The components by their names on the command line, in the order in which they start. */
public enum ComponentName {
    API,
    CONTROLLERS,
    SCHEDULER,
    NODE
}
