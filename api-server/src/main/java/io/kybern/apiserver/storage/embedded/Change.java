package io.kybern.apiserver.storage.embedded;

import org.jspecify.annotations.Nullable;

/**
 * One change of a committed transaction on its way to disk; those of one transaction have the same revision.
 *
 * @param previous the state that it replaces; null: none
 * @param state the new state; null: the key is deleted
 */
record Change(
        String key,
        long revision,
        byte[] value,
        @Nullable KeyState previous,
        @Nullable KeyState state) {}
