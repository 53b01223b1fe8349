package io.kybern.operators.controller.statefulset;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.ControllerRevision;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSetStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.kybern.operators.controller.Claims;
import io.kybern.operators.controller.Expectations;
import io.kybern.operators.controller.KindController;
import io.kybern.operators.controller.OwnedPods;
import io.kybern.operators.controller.Owners;
import io.kybern.operators.controller.Requeue;
import io.kybern.operators.controller.Selector;
import io.kybern.operators.controller.Watch;
import io.kybern.operators.controller.history.Revisions;
import io.kybern.operators.controller.statefulset.StatefulSetPlan.Action;
import io.kybern.operators.event.EventRecorder;
import io.kybern.operators.informer.SharedInformers;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Pods and claims of StatefulSets. Behaves as kube-controller-manager's statefulset-controller. */
public final class StatefulSetController implements KindController<StatefulSet> {
    /** Claims of a pod that was just made are cached this much later, and get their owners then. */
    private static final Duration AFTER_CLAIMS = Duration.ofMillis(100);

    private final KubernetesClient client;
    private final InstantSource clock;
    private final SharedIndexInformer<Pod> pods;
    private final SharedIndexInformer<StatefulSet> sets;
    private final SharedIndexInformer<PersistentVolumeClaim> volumeClaims;
    private final Expectations expectations;
    private final Claims claims;
    private final Revisions revisions;
    private final PlanRun run;

    public StatefulSetController(
            KubernetesClient client, SharedInformers informers, EventRecorder events, InstantSource clock) {
        this.client = client;
        this.clock = clock;
        this.pods = Owners.indexed(informers, Pod.class);
        this.sets = informers.of(StatefulSet.class);
        this.volumeClaims = informers.of(PersistentVolumeClaim.class);
        this.expectations = new Expectations(clock);
        this.claims = new Claims(client);
        this.revisions = new Revisions(client, informers);
        this.run = new PlanRun(new StatefulPods(client, events, expectations), expectations);
    }

    @Override
    public String name() {
        return "statefulset-controller";
    }

    @Override
    public Class<StatefulSet> primary() {
        return StatefulSet.class;
    }

    @Override
    public List<Watch<?>> watches() {
        return List.of(new OwnedPods<>(
                sets, "StatefulSet", "apps", set -> Selector.of(set.getSpec().getSelector()), expectations));
    }

    @Override
    public void gone(ResourceID key) {
        expectations.forget(key);
    }

    @Override
    public Requeue reconcile(StatefulSet set) throws InterruptedException {
        if (!expectations.satisfied(ResourceID.fromResource(set))) {
            return Requeue.none();
        }
        Selector selector = Selector.of(set.getSpec().getSelector());
        List<ControllerRevision> known = revisions.of(set, selector);
        List<Pod> members = claims.claim(
                set,
                selector,
                Owners.candidates(pods, set).stream()
                        .filter(pod -> Ordinals.isMember(set, pod))
                        .toList());
        SetRevisions versions = SetRevisions.find(revisions, set, known);
        SetState state = SetState.of(
                set, versions.current(), versions.update(), members, name -> volumeClaim(set, name), clock.instant());

        List<List<Action>> plan = StatefulSetPlan.plan(state);
        PlanRun.Result result = run.apply(state, plan);
        StatefulSetStatus status = StatefulSetStatuses.of(state, versions.collisions(), result.outdated());
        if (StatefulSetStatuses.differ(set.getStatus(), status)) {
            client.resource(new StatefulSetBuilder(set).withStatus(status).build())
                    .updateStatus();
        }
        forgetOld(set, versions, members);
        if (result.failure().isPresent()) {
            throw result.failure().get();
        }
        Requeue next = StatefulSetStatuses.nextLook(state, status);
        return result.claimsMade() ? next.or(Requeue.after(AFTER_CLAIMS)) : next;
    }

    private Optional<PersistentVolumeClaim> volumeClaim(StatefulSet set, String name) {
        return Optional.ofNullable(volumeClaims
                .getStore()
                .getByKey(Cache.namespaceKeyFunc(set.getMetadata().getNamespace(), name)));
    }

    private void forgetOld(StatefulSet set, SetRevisions versions, List<Pod> members) {
        Set<String> live = new HashSet<>();
        live.add(versions.current().getMetadata().getName());
        live.add(versions.update().getMetadata().getName());
        members.forEach(pod -> live.add(SetPods.revision(pod)));
        Integer limit = set.getSpec().getRevisionHistoryLimit();
        Revisions.surplus(versions.known(), live, limit == null ? 10 : limit).forEach(revisions::delete);
    }
}
