package io.kybern.conformance.robustness.history;

/**
 * A request with its answer.
 *
 * @param invoked before the request was sent, in nanoseconds of one clock for all clients
 * @param returned after the answer had come; of a list in pages: after the first, which fixes what all show
 */
public record Operation(int client, Request request, long invoked, long returned, Answer answer) {}
