package io.kybern.operators.controller.disruption;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.kybern.operators.controller.KindController;
import io.kybern.operators.controller.Requeue;
import io.kybern.operators.controller.Selector;
import io.kybern.operators.controller.Watch;
import io.kybern.operators.controller.disruption.DisruptionPlan.UnknownScaleException;
import io.kybern.operators.event.EventNote;
import io.kybern.operators.event.EventRecorder;
import io.kybern.operators.informer.SharedInformers;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/** Status of PodDisruptionBudgets. Behaves as kube-controller-manager's disruption-controller. */
public final class DisruptionController implements KindController<PodDisruptionBudget> {
    private final KubernetesClient client;
    private final EventRecorder events;
    private final InstantSource clock;
    private final SharedIndexInformer<Pod> pods;
    private final SharedIndexInformer<PodDisruptionBudget> budgets;
    private final OwnerScale scale;

    public DisruptionController(
            KubernetesClient client, SharedInformers informers, EventRecorder events, InstantSource clock) {
        this.client = client;
        this.events = events;
        this.clock = clock;
        this.pods = informers.of(Pod.class);
        this.budgets = informers.of(PodDisruptionBudget.class);
        this.scale = new OwnerScale(informers);
    }

    @Override
    public String name() {
        return "disruption-controller";
    }

    @Override
    public Class<PodDisruptionBudget> primary() {
        return PodDisruptionBudget.class;
    }

    @Override
    public List<Watch<?>> watches() {
        return List.of(Watch.mapped(
                Pod.class,
                pod -> budgets
                        .getIndexer()
                        .byIndex(Cache.NAMESPACE_INDEX, pod.getMetadata().getNamespace())
                        .stream()
                        .filter(budget -> guards(budget, pod))
                        .map(ResourceID::fromResource)
                        .toList()));
    }

    /** A selector that says nothing guards all pods; none guards no pod. */
    static boolean guards(PodDisruptionBudget budget, Pod pod) {
        LabelSelector selector = budget.getSpec().getSelector();
        if (selector == null) {
            return false;
        }
        Selector labels = Selector.of(selector);
        return labels.isEmpty() || labels.matches(pod);
    }

    @Override
    public Requeue reconcile(PodDisruptionBudget budget) {
        List<Pod> guarded =
                pods
                        .getIndexer()
                        .byIndex(Cache.NAMESPACE_INDEX, budget.getMetadata().getNamespace())
                        .stream()
                        .filter(pod -> guards(budget, pod))
                        .toList();
        if (guarded.isEmpty()) {
            events.record(EventNote.normal(budget, "NoPods", "No matching pods found"));
        }
        Instant now = clock.instant();
        try {
            DisruptionPlan.Expected expected = DisruptionPlan.expected(budget, guarded, scale);
            Map<String, String> disrupted = DisruptionPlan.disrupted(budget, guarded, now);
            write(budget, DisruptionPlan.status(budget, guarded, expected, disrupted, now));
            return DisruptionPlan.recheck(disrupted, now).map(Requeue::after).orElse(Requeue.none());
        } catch (UnknownScaleException e) {
            String why = String.valueOf(e.getMessage());
            events.record(EventNote.warning(
                    budget,
                    "CalculateExpectedPodCountFailed",
                    "Failed to calculate the number of expected pods: " + why));
            write(budget, DisruptionPlan.failed(budget, why, now));
            return Requeue.none();
        }
    }

    private void write(PodDisruptionBudget budget, PodDisruptionBudgetStatus status) {
        if (!DisruptionPlan.same(budget.getStatus(), status)) {
            client.resource(new PodDisruptionBudgetBuilder(budget)
                            .withStatus(status)
                            .build())
                    .updateStatus();
        }
    }
}
