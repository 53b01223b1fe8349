package io.kybern.conformance.transcript;

/** How a command ended: both outputs as {@link SteadyText}. */
public record Outcome(int exit, String out, String err) {}
