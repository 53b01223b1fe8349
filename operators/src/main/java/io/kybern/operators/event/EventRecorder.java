package io.kybern.operators.event;

/**
 * Where a component leaves its {@link EventNote}s. Never blocks, never fails: a note that can't be written is dropped,
 * as Events are for people and nothing may depend on them. Any thread may call.
 */
public interface EventRecorder {
    void record(EventNote note);
}
