package io.kybern.apiserver.storage.embedded;

import org.jspecify.annotations.Nullable;

/**
 * One change of a committed transaction on its way to disk.
 *
 * @param index the place within its transaction
 * @param previous the revision of the state that it replaces; 0: none
 * @param state the new state; null: the key is deleted
 */
record Change(
        String key,
        long revision,
        int index,
        byte[] value,
        long previous,
        @Nullable KeyState state) {}
