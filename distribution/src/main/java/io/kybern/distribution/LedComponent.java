package io.kybern.distribution;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.kybern.apiserver.pki.ClientIdentity;
import io.kybern.apiserver.pki.HostNames;
import io.kybern.operators.event.BackgroundEventRecorder;
import io.kybern.operators.event.CoreEvents;
import io.kybern.operators.leaderelection.LeaderElectionConfig;
import io.kybern.operators.leaderelection.LeaderElector;
import io.kybern.operators.leaderelection.Leadership;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What of all processes of a cluster only one does: controllers, and the scheduler. Without an election that is this one. */
final class LedComponent implements Component {
    private static final String NAMESPACE = "kube-system";

    /** For who leads, and for the start of what this leads. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final Role role;
    private final ClientSource clients;
    private final Optional<LeaderElectionConfig> election;
    private final Function<KubernetesClient, Leadership> terms;
    private final CompletableFuture<Void> firstStart = new CompletableFuture<>();
    private @Nullable Leadership alone;
    private @Nullable KubernetesClient client;
    private @Nullable BackgroundEventRecorder events;
    private @Nullable LeaderElector elector;
    private Optional<String> note = Optional.empty();

    /**
     * Who does it.
     *
     * @param title {@link Component#title}
     * @param lease its Lease in {@code kube-system}
     * @param source of Events about elections
     */
    record Role(ComponentName name, String title, ClientIdentity identity, String lease, String source) {
        static final Role CONTROLLERS = new Role(
                ComponentName.CONTROLLERS,
                "controllers",
                ClientIdentity.CONTROLLERS,
                "kube-controller-manager",
                "kube-controller-manager");
        static final Role SCHEDULER = new Role(
                ComponentName.SCHEDULER, "scheduler", ClientIdentity.SCHEDULER, "kube-scheduler", "default-scheduler");
    }

    /**
     * @param election empty: this leads from its start to its end
     * @param terms makes what is done of a client, which it closes
     */
    LedComponent(
            Role role,
            ClientSource clients,
            Optional<LeaderElectionConfig> election,
            Function<KubernetesClient, Leadership> terms) {
        this.role = role;
        this.clients = clients;
        this.election = election;
        this.terms = terms;
    }

    @Override
    public ComponentName name() {
        return role.name();
    }

    @Override
    public String title() {
        return role.title();
    }

    /** Returns when it leads, or another one does. */
    @Override
    public void start() {
        try {
            if (election.isPresent()) {
                standForElection(election.get());
            } else {
                Leadership term = terms.apply(clients.client(role.identity()));
                alone = term;
                term.prepare();
                term.begin();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the " + role.title() + " started", e);
        }
    }

    private void standForElection(LeaderElectionConfig config) throws InterruptedException {
        KubernetesClient opened = clients.urgentClient(role.identity());
        client = opened;
        BackgroundEventRecorder recorder = CoreEvents.recorder(opened, role.source(), InstantSource.system());
        events = recorder;
        String identity = HostNames.machine() + "_" + UUID.randomUUID();
        LeaderElector candidate = LeaderElector.start(
                opened, NAMESPACE, role.lease(), identity, config, () -> new FirstTold(nextTerm()), recorder);
        elector = candidate;
        try {
            String leader = candidate.awaitLeader(PATIENCE);
            if (leader.equals(identity)) {
                firstStart.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            } else {
                note = Optional.of(
                        "The " + role.title() + " stand" + (role.title().endsWith("s") ? "" : "s") + " by: " + leader
                                + " holds the lease " + role.lease() + ".");
            }
        } catch (TimeoutException e) {
            throw new IllegalStateException("the lease " + role.lease() + " can't be had", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        }
    }

    private Leadership nextTerm() {
        return terms.apply(clients.client(role.identity()));
    }

    /** A term that tells how its start went to who waits for the first one. */
    private final class FirstTold implements Leadership {
        private final Leadership term;

        FirstTold(Leadership term) {
            this.term = term;
        }

        @Override
        public void prepare() throws InterruptedException {
            term.prepare();
        }

        @Override
        public void begin() throws InterruptedException {
            try {
                term.begin();
                firstStart.complete(null);
            } catch (RuntimeException | InterruptedException e) {
                firstStart.completeExceptionally(e);
                throw e;
            }
        }

        @Override
        public void fence() {
            term.fence();
        }

        @Override
        public void end() {
            term.end();
        }
    }

    @Override
    public Optional<String> note() {
        return note;
    }

    @Override
    public void close() {
        Leadership only = alone;
        if (only != null) {
            only.end();
        }
        try (KubernetesClient last = client;
                BackgroundEventRecorder second = events;
                LeaderElector first = elector) {
            // Closes what is there, the elector first.
        }
    }
}
