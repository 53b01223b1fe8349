package io.kybern.apiserver.endpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What else a write of a kind takes hold of: a Service its addresses and ports. Called before the strategy prepares the
 * object; exactly one method of the result is called once the write has ended.
 */
public interface SideEffects {
    /** Nothing. */
    SideEffects NONE = new SideEffects() {
        @Override
        public Held create(ObjectNode object, boolean dryRun) {
            return Held.NOTHING;
        }

        @Override
        public Held update(ObjectNode updated, ObjectNode existing, boolean dryRun) {
            return Held.NOTHING;
        }

        @Override
        public void deleted(ObjectNode object) {}
    };

    /** May complete the object; throws the ApiException of a refusal, holding nothing. */
    Held create(ObjectNode object, boolean dryRun);

    Held update(ObjectNode updated, ObjectNode existing, boolean dryRun);

    void deleted(ObjectNode object);

    /** What a write holds until it has ended. */
    interface Held {
        Held NOTHING = new Held() {
            @Override
            public void keep() {}

            @Override
            public void giveBack() {}
        };

        /** The write is durable. */
        void keep();

        /** The write failed. */
        void giveBack();
    }
}
