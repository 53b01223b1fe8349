package io.kybern.conformance.bench.load;

import io.kybern.conformance.process.HttpConnection.BodySink;

/** One who asks again as soon as the answer is there. For one thread at a time. */
public interface Client {
    /** The bytes of the next request. */
    byte[] next();

    /** Where the body of its answer goes. */
    default BodySink answer() {
        return BodySink.NOTHING;
    }
}
