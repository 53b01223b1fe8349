package io.kybern.operators.scheduler.queue;

import io.kybern.operators.scheduler.framework.ClusterEvent;
import io.kybern.operators.scheduler.pod.PodKey;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/** The pods that are being decided about, and what has happened since the oldest of them was taken. For one thread at a time. */
final class Flights {
    private record LoggedEvent(long number, ClusterEvent event) {}

    /** In flight → number of the first event that came after it was taken. Oldest first. */
    private final Map<PodKey, Long> inFlight = new LinkedHashMap<>();

    private final ArrayDeque<LoggedEvent> log = new ArrayDeque<>();
    private long nextEvent;

    void begin(PodKey key) {
        inFlight.put(key, nextEvent);
    }

    boolean has(PodKey key) {
        return inFlight.containsKey(key);
    }

    /** Remembers what has happened, as long as a pod is in flight. */
    void note(ClusterEvent event) {
        if (!inFlight.isEmpty()) {
            log.add(new LoggedEvent(nextEvent++, event));
        }
    }

    /** What has happened since a pod was taken; nothing if it is not in flight. */
    Stream<ClusterEvent> eventsDuring(PodKey key) {
        Long taken = inFlight.get(key);
        return taken == null
                ? Stream.empty()
                : log.stream().filter(logged -> logged.number() >= taken).map(LoggedEvent::event);
    }

    /** Ends a flight, and drops the events that no other pod in flight needs. */
    void end(PodKey key) {
        if (inFlight.remove(key) == null) {
            return;
        }
        long oldest =
                inFlight.isEmpty() ? nextEvent : inFlight.values().iterator().next();
        while (!log.isEmpty() && log.peekFirst().number() < oldest) {
            log.removeFirst();
        }
    }
}
