package io.kybern.apiserver.discovery;

import io.kybern.apiserver.http.EntityTag;

/**
 * What the aggregated document says of one group, with a digest that is made once: who joins groups need not go over their text.
 *
 * @param json an {@code APIGroupDiscovery}; shared, not to be modified
 */
record GroupText(byte[] json, String digest) {
    static GroupText of(byte[] json) {
        return new GroupText(json, EntityTag.of(json));
    }
}
