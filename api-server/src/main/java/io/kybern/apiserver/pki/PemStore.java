package io.kybern.apiserver.pki;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Where PEM texts live between starts, by file name. A write replaces the whole text or does nothing; what was written
 * survives a crash. One process at a time uses a store.
 */
interface PemStore {
    Optional<String> read(String name);

    void write(String name, String pem);

    /** Removes a text; one that isn't there is fine. */
    void delete(String name);

    /** Where a user finds {@code name}, for messages. */
    String locate(String name);

    /** A store that ends with the process: for servers within a test. */
    static PemStore inMemory() {
        Map<String, String> texts = new ConcurrentHashMap<>();
        return new PemStore() {
            @Override
            public Optional<String> read(String name) {
                return Optional.ofNullable(texts.get(name));
            }

            @Override
            public void write(String name, String pem) {
                texts.put(name, pem);
            }

            @Override
            public void delete(String name) {
                texts.remove(name);
            }

            @Override
            public String locate(String name) {
                return name;
            }
        };
    }
}
