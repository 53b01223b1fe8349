package io.kybern.node.runtime.simulated;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What a simulated container does, as the annotations of its pod say. Each may be given for one container by a suffix
 * {@code .CONTAINER}, which wins over the one without.
 *
 * <table>
 * <caption>Annotations</caption>
 * <tr><td>{@code simulated.kybern.io/exit-after}</td><td>the container ends after this time: {@code 0s}, {@code 250ms},
 *     {@code 1m}; without it a container runs for ever, one of a Job's pods for a second, and an init container ends at
 *     once</td></tr>
 * <tr><td>{@code simulated.kybern.io/exit-code}</td><td>with this code; default 0</td></tr>
 * <tr><td>{@code simulated.kybern.io/start-delay}</td><td>how long a container takes to start, image and all; default 0s</td></tr>
 * <tr><td>{@code simulated.kybern.io/stop-delay}</td><td>how long it takes to end after SIGTERM; default 0s, no longer than
 *     the grace period</td></tr>
 * <tr><td>{@code simulated.kybern.io/start-error}</td><td>starting fails with this text (waiting reason
 *     {@code RunContainerError})</td></tr>
 * <tr><td>{@code simulated.kybern.io/not-ready}</td><td>{@code "true"}: readiness probes of the container fail</td></tr>
 * </table>
 */
public record SimulatedBehaviour(
        Optional<Duration> exitAfter,
        int exitCode,
        Duration startDelay,
        Duration stopDelay,
        Optional<String> startError) {
    private static final String PREFIX = "simulated.kybern.io/";

    /** The behaviour of a container; throws {@link IllegalArgumentException} naming an annotation that can't be read. */
    public static SimulatedBehaviour of(Map<String, String> annotations, String container) {
        return new SimulatedBehaviour(
                value(annotations, "exit-after", container).map(text -> duration("exit-after", text)),
                value(annotations, "exit-code", container)
                        .map(text -> exitCode(text))
                        .orElse(0),
                value(annotations, "start-delay", container)
                        .map(text -> duration("start-delay", text))
                        .orElse(Duration.ZERO),
                value(annotations, "stop-delay", container)
                        .map(text -> duration("stop-delay", text))
                        .orElse(Duration.ZERO),
                value(annotations, "start-error", container));
    }

    /** Whether readiness probes of the container are to fail. */
    public static boolean notReady(Map<String, String> annotations, String container) {
        return value(annotations, "not-ready", container).map("true"::equals).orElse(false);
    }

    private static Optional<String> value(Map<String, String> annotations, String name, String container) {
        String own = annotations.get(PREFIX + name + "." + container);
        return Optional.ofNullable(own != null ? own : annotations.get(PREFIX + name));
    }

    private static int exitCode(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(PREFIX + "exit-code is not a number: " + text, e);
        }
    }

    private static Duration duration(String name, String text) {
        try {
            if (text.endsWith("ms")) {
                return Duration.ofMillis(Long.parseLong(text.substring(0, text.length() - 2)));
            }
            return Duration.parse("PT" + text);
        } catch (NumberFormatException | java.time.format.DateTimeParseException e) {
            throw new IllegalArgumentException(
                    PREFIX + name + " is not a duration such as 250ms, 5s or 1m: " + text, e);
        }
    }
}
