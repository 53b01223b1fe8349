package io.kybern.apiserver.storage;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The JSON of a past revision by what differs from that of another object, which may itself be packed.
 *
 * @param length of the JSON, in bytes
 */
@SuppressWarnings("ArrayRecordComponent")
record PackedJson(StoredObject base, byte[] delta, int length) {
    byte[] unpack() {
        Deque<byte[]> deltas = new ArrayDeque<>();
        Object body = this;
        while (body instanceof PackedJson packed) {
            deltas.push(packed.delta);
            body = packed.base.body();
        }
        byte[] json = (byte[]) body;
        while (!deltas.isEmpty()) {
            json = Delta.apply(json, deltas.pop());
        }
        return json;
    }
}
