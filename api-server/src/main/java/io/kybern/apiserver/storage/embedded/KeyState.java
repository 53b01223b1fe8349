package io.kybern.apiserver.storage.embedded;

/**
 * What is known in memory of a live key; its value is on disk, under the key and {@code modified}.
 *
 * @param expires when the key's lease ends, in milliseconds of the epoch; {@link #FOREVER} if it has none
 */
record KeyState(long created, long modified, long expires) {
    static final long FOREVER = 0;

    boolean hasLease() {
        return expires != FOREVER;
    }
}
