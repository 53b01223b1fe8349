package io.kybern.distribution;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.kybern.apiserver.pki.ClientIdentity;
import io.kybern.operators.scheduler.Scheduler;
import io.kybern.operators.scheduler.SchedulerConfig;
import org.jspecify.annotations.Nullable;

/** The scheduler of pods that ask for none by name. */
final class SchedulerComponent implements Component {
    private final ClientSource clients;
    private @Nullable KubernetesClient client;
    private @Nullable Scheduler scheduler;

    SchedulerComponent(ClientSource clients) {
        this.clients = clients;
    }

    @Override
    public ComponentName name() {
        return ComponentName.SCHEDULER;
    }

    @Override
    public String title() {
        return "scheduler";
    }

    @Override
    public void start() {
        KubernetesClient opened = clients.client(ClientIdentity.SCHEDULER);
        client = opened;
        scheduler = Scheduler.start(opened, SchedulerConfig.defaults());
    }

    @Override
    public void close() {
        try (KubernetesClient last = client;
                Scheduler first = scheduler) {
            // Closes both, the scheduler first; either may not be there.
        }
    }
}
