package io.kybern.operators.scheduler.framework;

/** What came of an attempt to make room. */
public sealed interface PostFilterResult {
    /** Nothing; the message says why and ends the pod's message. */
    record NoHelp(String message) implements PostFilterResult {}

    /** It could not be found out; the message says why, ends the pod's message, and no further plugin is asked. */
    record Failed(String message) implements PostFilterResult {}

    /** Room is being made on {@code node}, where the pod will be tried first. */
    record Nominated(String node) implements PostFilterResult {}
}
