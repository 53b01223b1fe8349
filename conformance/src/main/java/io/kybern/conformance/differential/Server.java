package io.kybern.conformance.differential;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.conformance.process.JsonClient;
import io.kybern.conformance.process.JsonClient.Answer;
import io.kybern.conformance.process.ServerProcess;
import java.util.List;

/** One of the two. For one thread at a time. */
final class Server implements AutoCloseable {
    private final ServerProcess process;
    private final JsonClient client;

    Server(ServerProcess process) {
        this.process = process;
        this.client = new JsonClient(process.address());
    }

    Answer ask(String method, String target, String contentType, String body) {
        return client.ask(method, target, contentType, body);
    }

    /** The object as it would be sent again: with its revision, without what the server keeps about it. */
    ObjectNode fetch(String path) {
        ObjectNode object = client.get(path).object();
        if (object.path("metadata") instanceof ObjectNode metadata) {
            metadata.remove(List.of("managedFields", "creationTimestamp", "generation"));
        }
        return object;
    }

    @Override
    public void close() {
        client.close();
        process.close();
    }
}
