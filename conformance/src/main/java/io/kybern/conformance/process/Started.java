package io.kybern.conformance.process;

import java.time.Duration;

/** A server whose start was watched. */
public interface Started extends ServerProcess {
    /** From the start of its first process until {@code /readyz} said that it is ready. */
    Duration startDuration();
}
