package io.kybern.apiserver.customresource;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.loopback.Loopback;
import io.kybern.apiserver.registry.Resource;
import io.kybern.apiserver.storage.ObjectKey;
import io.kybern.apiserver.storage.StoredObject;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.function.Consumer;

/** Writes the status of definitions, and their finalizers, which the status endpoint takes too. Blocks. */
final class DefinitionWriter {
    private static final System.Logger LOG = System.getLogger(DefinitionWriter.class.getName());
    private static final int CONFLICT = 409;
    private static final int NOT_FOUND = 404;

    private final Resource definitions;
    private final Loopback loopback;

    DefinitionWriter(Resource definitions, Loopback loopback) {
        this.definitions = definitions;
        this.loopback = loopback;
    }

    /** Writes if the definition has not changed since it was read: who changed it makes the controller look again. */
    void writeStatus(ObjectNode definition) {
        Loopback.Answer answer = loopback.updateStatus(definition);
        if (!answer.ok() && answer.status() != CONFLICT && answer.status() != NOT_FOUND) {
            LOG.log(
                    Level.WARNING,
                    "can''t write the status of {0}: {1}",
                    definition.path("metadata").path("name").asText(),
                    answer.body().path("message").asText());
        }
    }

    /** Changes what is stored now, again after each conflict; nothing if the definition is another one or gone. */
    void change(String name, String uid, Consumer<ObjectNode> change) {
        while (true) {
            Optional<StoredObject> stored = definitions.store().get(new ObjectKey("", name));
            if (stored.isEmpty()) {
                return;
            }
            ObjectNode definition = definitions.copy(stored.get());
            if (!definition.path("metadata").path("uid").asText().equals(uid)) {
                return;
            }
            change.accept(definition);
            Loopback.Answer answer = loopback.updateStatus(definition);
            if (answer.status() != CONFLICT) {
                return;
            }
        }
    }
}
