package io.kybern.operators.scheduler.framework;

/**
 * One concern of scheduling. A plugin implements the interfaces of the points where it has something to say. One
 * instance serves all cycles; the scheduling thread calls the points up to permit, a binding's own thread the rest, any
 * thread the queueing hints.
 */
public interface Plugin {
    /** Upstream's name of it; people configure by it and events name it. */
    String name();
}
