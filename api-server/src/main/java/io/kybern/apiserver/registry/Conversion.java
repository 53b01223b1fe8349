package io.kybern.apiserver.registry;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Turns objects of one served version into those of the stored one and back. Pure; the argument may be changed and
 * returned, or a new tree be made. {@code apiVersion} and {@code kind} are set by the caller.
 */
public interface Conversion {
    /** Versions that differ in nothing but {@code apiVersion}. */
    Conversion NONE = new Conversion() {
        @Override
        public ObjectNode toStorage(ObjectNode served) {
            return served;
        }

        @Override
        public ObjectNode fromStorage(ObjectNode stored) {
            return stored;
        }
    };

    ObjectNode toStorage(ObjectNode served);

    ObjectNode fromStorage(ObjectNode stored);
}
