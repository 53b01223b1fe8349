package io.kybern.apiserver.customresource;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.loopback.Loopback;
import io.kybern.apiserver.registry.Resource;
import io.kybern.apiserver.storage.ObjectKey;
import io.kybern.apiserver.storage.StoredObject;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

/** Writes the status of definitions, and their finalizers, which the status endpoint takes too. */
final class DefinitionWriter implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(DefinitionWriter.class.getName());
    private static final int CONFLICT = 409;
    private static final int NOT_FOUND = 404;
    /** Each holds the trees of a definition, which may be large. */
    private static final int AT_ONCE = 16;

    private final Resource definitions;
    private final Loopback loopback;
    private final Semaphore room = new Semaphore(AT_ONCE);
    private volatile boolean closed;

    DefinitionWriter(Resource definitions, Loopback loopback) {
        this.definitions = definitions;
        this.loopback = loopback;
    }

    /**
     * Writes in a while if the definition has not changed since it was read: who changed or deleted it makes the controller look again, so
     * neither a conflict nor its absence is worth a word. Each write waits for the disk, so that one after the other would make those
     * wait who define many kinds; blocks while too many are under way.
     */
    void writeStatus(ObjectNode definition) {
        room.acquireUninterruptibly();
        Thread.ofVirtual().name("custom-resource-status").start(() -> {
            try {
                write(definition);
            } catch (RuntimeException e) {
                LOG.log(closed ? Level.DEBUG : Level.ERROR, "can't write a status", e);
            } finally {
                room.release();
            }
        });
    }

    private void write(ObjectNode definition) {
        Loopback.Answer answer = loopback.replaceStatus(definition);
        if (!answer.ok() && answer.status() != CONFLICT && answer.status() != NOT_FOUND) {
            LOG.log(
                    Level.WARNING,
                    "can''t write the status of {0}: {1}",
                    definition.path("metadata").path("name").asText(),
                    answer.body().path("message").asText());
        }
    }

    /** Blocks. Changes what is stored now, again after each conflict; nothing if the definition is another one or gone. */
    void change(String name, String uid, Consumer<ObjectNode> change) {
        while (true) {
            Optional<StoredObject> stored = definitions.store().get(new ObjectKey("", name));
            if (stored.isEmpty()) {
                return;
            }
            ObjectNode definition = StoredDefinition.outline(stored.get()).deepCopy();
            if (!definition.path("metadata").path("uid").asText().equals(uid)) {
                return;
            }
            change.accept(definition);
            Loopback.Answer answer = loopback.replaceStatus(definition);
            if (answer.status() != CONFLICT) {
                return;
            }
        }
    }

    @Override
    public void close() {
        closed = true;
    }
}
