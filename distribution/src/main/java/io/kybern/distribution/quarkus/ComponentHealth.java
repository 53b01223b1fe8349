package io.kybern.distribution.quarkus;

import io.kybern.distribution.progress.Progress;
import io.kybern.distribution.progress.ProgressEvent;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponse.Status;
import org.eclipse.microprofile.health.Readiness;

/** Whether all components of the process serve; asked on any thread while one thread starts and stops them. */
@Singleton
@Readiness
class ComponentHealth implements HealthCheck {
    private enum State {
        STARTING,
        READY,
        STOPPING
    }

    private final Map<String, State> states = new ConcurrentHashMap<>();

    /** These will be started. */
    void expect(List<String> components) {
        components.forEach(component -> states.put(component, State.STARTING));
    }

    /** Learns from the progress of the start which components serve, and passes everything on. */
    Progress over(Progress progress) {
        return event -> {
            if (event instanceof ProgressEvent.Started started) {
                states.put(started.component(), State.READY);
            }
            progress.on(event);
        };
    }

    void stopping() {
        states.replaceAll((component, state) -> State.STOPPING);
    }

    @Override
    public HealthCheckResponse call() {
        boolean ready = !states.isEmpty() && states.values().stream().allMatch(state -> state == State.READY);
        Map<String, Object> data = new TreeMap<>();
        states.forEach((component, state) -> data.put(component, state.name().toLowerCase(Locale.ROOT)));
        return new HealthCheckResponse("components", ready ? Status.UP : Status.DOWN, Optional.of(data));
    }
}
