package io.kybern.distribution;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.kybern.operators.leaderelection.Leadership;
import io.kybern.operators.scheduler.Scheduler;
import io.kybern.operators.scheduler.SchedulerConfig;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The scheduler of pods that ask for none by name, from its start to its end. */
final class SchedulerTerm implements Leadership {
    private final KubernetesClient client;
    private @Nullable Scheduler scheduler;

    /** @param client is closed with the term */
    SchedulerTerm(KubernetesClient client) {
        this.client = client;
    }

    @Override
    public void prepare() {
        scheduler = Scheduler.prepare(client, SchedulerConfig.defaults());
    }

    @Override
    public void begin() {
        Objects.requireNonNull(scheduler).start();
    }

    @Override
    public void fence() {
        client.close();
    }

    @Override
    public void end() {
        try (KubernetesClient last = client;
                Scheduler first = scheduler) {
            // Closes both, the scheduler first; it may not be there.
        }
    }
}
