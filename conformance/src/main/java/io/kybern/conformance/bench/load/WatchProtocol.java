package io.kybern.conformance.bench.load;

/** What watchers speak. */
public enum WatchProtocol {
    /** On a connection each. */
    HTTP_1,
    /** On connections that twenty of them share, as the informers of a Go program do. */
    HTTP_2
}
