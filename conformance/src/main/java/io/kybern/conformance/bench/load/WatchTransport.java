package io.kybern.conformance.bench.load;

/** How watchers reach the server. Thread-safe. */
interface WatchTransport {
    /** How many watchers share a connection. They have the same loop. */
    int watchersOfConnection();

    /**
     * Has the server tell a watcher of a collection, whose loop then calls {@link Watcher#begin}, {@link Watcher#read} and, when the
     * server ends that, {@link Watcher#end}.
     *
     * @param target the path with its query
     */
    void watch(Watcher watcher, String target);
}
