package io.kybern.node.volume;

import io.fabric8.kubernetes.api.model.Pod;
import io.kybern.node.client.ClusterObjects;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Service account tokens of running pods, asked for anew when four fifths of their life are over, as upstream. */
final class TokenCache {
    private record Key(String podUid, String audience, long seconds) {}

    private record Held(String token, long renewAt) {}

    private final Map<Key, Held> held = new ConcurrentHashMap<>();
    private final ClusterObjects objects;
    private final InstantSource clock;

    TokenCache(ClusterObjects objects, InstantSource clock) {
        this.objects = objects;
        this.clock = clock;
    }

    String token(Pod pod, String audience, long seconds) {
        var key = new Key(pod.getMetadata().getUid(), audience, seconds);
        long now = clock.instant().getEpochSecond();
        Held known = held.get(key);
        if (known != null && now < known.renewAt()) {
            return known.token();
        }
        ClusterObjects.Token token = objects.token(pod, audience, seconds);
        held.put(key, new Held(token.value(), now + (token.expiresAt() - now) * 4 / 5));
        return token.value();
    }

    void forget(Pod pod) {
        held.keySet().removeIf(key -> key.podUid().equals(pod.getMetadata().getUid()));
    }
}
