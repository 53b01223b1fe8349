package io.kybern.operators.controller.daemonset;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.ControllerRevision;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.DaemonSetBuilder;
import io.fabric8.kubernetes.api.model.apps.DaemonSetStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.kybern.operators.controller.Claims;
import io.kybern.operators.controller.Expectations;
import io.kybern.operators.controller.KindController;
import io.kybern.operators.controller.OwnedPods;
import io.kybern.operators.controller.Owners;
import io.kybern.operators.controller.PodControl;
import io.kybern.operators.controller.PodState;
import io.kybern.operators.controller.Requeue;
import io.kybern.operators.controller.Selector;
import io.kybern.operators.controller.Watch;
import io.kybern.operators.controller.daemonset.DaemonPlan.Change;
import io.kybern.operators.controller.daemonset.DaemonRevisions.Known;
import io.kybern.operators.controller.history.Revisions;
import io.kybern.operators.event.EventNote;
import io.kybern.operators.event.EventRecorder;
import io.kybern.operators.informer.SharedInformers;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Pods of DaemonSets. Behaves as kube-controller-manager's daemonset-controller. */
public final class DaemonSetController implements KindController<DaemonSet> {
    private final KubernetesClient client;
    private final EventRecorder events;
    private final InstantSource clock;
    private final SharedIndexInformer<DaemonSet> sets;
    private final SharedIndexInformer<Pod> pods;
    private final SharedIndexInformer<Node> nodes;
    private final Expectations expectations;
    private final Claims claims;
    private final Revisions revisions;
    private final DaemonRevisions history;
    private final PodControl podControl;
    private final FailedPods failedPods;

    public DaemonSetController(
            KubernetesClient client, SharedInformers informers, EventRecorder events, InstantSource clock) {
        this.client = client;
        this.events = events;
        this.clock = clock;
        this.sets = informers.of(DaemonSet.class);
        this.pods = Owners.indexed(informers, Pod.class);
        this.nodes = informers.of(Node.class);
        this.expectations = new Expectations(clock);
        this.claims = new Claims(client);
        this.revisions = new Revisions(client, informers);
        this.history = new DaemonRevisions(client, revisions);
        this.podControl = new PodControl(client, events, expectations);
        this.failedPods = new FailedPods(clock);
    }

    @Override
    public String name() {
        return "daemonset-controller";
    }

    @Override
    public Class<DaemonSet> primary() {
        return DaemonSet.class;
    }

    @Override
    public List<Watch<?>> watches() {
        return List.of(
                new OwnedPods<>(
                        sets,
                        "DaemonSet",
                        "apps",
                        set -> Selector.of(set.getSpec().getSelector()),
                        expectations),
                new NodeWatch(sets),
                Watch.mapped(ControllerRevision.class, this::concernedBy));
    }

    /** Whose a revision is, or whose it might become. */
    private Collection<ResourceID> concernedBy(ControllerRevision revision) {
        if (Owners.controllerOf(revision).isPresent()) {
            return Owners.controllerKey(revision, "DaemonSet", "apps").stream().toList();
        }
        return sets
                .getIndexer()
                .byIndex(Cache.NAMESPACE_INDEX, revision.getMetadata().getNamespace())
                .stream()
                .filter(set -> Selector.of(set.getSpec().getSelector()).matches(revision))
                .map(ResourceID::fromResource)
                .toList();
    }

    @Override
    public void gone(ResourceID key) {
        expectations.forget(key);
    }

    @Override
    public Requeue reconcile(DaemonSet set) throws InterruptedException {
        if (new LabelSelector().equals(set.getSpec().getSelector())) {
            events.record(EventNote.warning(
                    set, "SelectingAll", "This daemon set is selecting all pods. A non-empty selector is required."));
            return Requeue.none();
        }
        if (PodState.isDeleting(set)) {
            // Its revisions may be gone before its pods: nothing could be told about these.
            return Requeue.none();
        }
        boolean cacheIsCurrent = expectations.satisfied(ResourceID.fromResource(set));
        Selector selector = Selector.of(set.getSpec().getSelector());
        List<Pod> owned = claims.claim(set, selector, Owners.candidates(pods, set));
        Known known = history.find(set, revisions.of(set, selector), owned);
        DaemonState state = DaemonState.of(set, known.hash(), nodes.getStore().list(), owned, clock.instant());

        Optional<KubernetesClientException> failure = Optional.empty();
        Requeue next = DaemonStatuses.nextLook(state);
        if (cacheIsCurrent) {
            Change change = change(state);
            failure = apply(state, change);
            next = next.or(change.pause().map(Requeue::after).orElseGet(Requeue::none));
        }
        writeStatus(set, DaemonStatuses.of(state, cacheIsCurrent, known.collisions()));
        if (failure.isPresent()) {
            throw failure.get();
        }
        if (cacheIsCurrent) {
            history.forgetOld(
                    set, known.old(), owned.stream().map(DaemonPods::hash).collect(Collectors.toSet()));
        }
        return next;
    }

    /** Where every node has what it should have, pods of former templates are next. */
    private Change change(DaemonState state) {
        String uid = state.set().getMetadata().getUid();
        Long observed = Optional.ofNullable(state.set().getStatus())
                .map(DaemonSetStatus::getObservedGeneration)
                .orElse(0L);
        Change managed = DaemonPlan.manage(state, node -> failedPods.hold(uid, observed, node));
        if (!managed.isNothing() || !state.isRolling()) {
            return managed;
        }
        Change rolling = RollingUpdate.plan(state);
        return new Change(rolling.nodes(), rolling.doomed(), managed.ended(), managed.pause());
    }

    private Optional<KubernetesClientException> apply(DaemonState state, Change change) throws InterruptedException {
        change.ended().forEach((pod, node) -> {
            boolean failed = PodState.phase(pod).equals("Failed");
            String which = " daemon pod " + pod.getMetadata().getNamespace() + "/" + name(pod) + " on node " + node;
            events.record(
                    failed
                            ? EventNote.warning(
                                    state.set(), "FailedDaemonPod", "Found failed" + which + ", will try to kill it")
                            : EventNote.normal(
                                    state.set(),
                                    "SucceededDaemonPod",
                                    "Found succeeded" + which + ", will try to delete it"));
        });
        if (change.isNothing()) {
            return Optional.empty();
        }
        List<Pod> made = change.nodes().stream()
                .map(node -> DaemonPods.pod(state.set(), state.hash(), node))
                .toList();
        return podControl.change(state.set(), made, change.doomed()).failure();
    }

    private static String name(HasMetadata object) {
        return object.getMetadata().getName();
    }

    private void writeStatus(DaemonSet set, DaemonSetStatus status) {
        if (!status.equals(set.getStatus())) {
            client.resource(new DaemonSetBuilder(set).withStatus(status).build())
                    .updateStatus();
        }
    }
}
