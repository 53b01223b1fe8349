package io.kybern.operators.scheduler;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.kybern.operators.scheduler.SchedulingReport.Reason;
import io.kybern.operators.scheduler.framework.ClusterEvent.Kind;
import io.kybern.operators.scheduler.framework.ClusterEvent.PodEvent;
import io.kybern.operators.scheduler.framework.PreBindPlugin;
import io.kybern.operators.scheduler.framework.Profile;
import io.kybern.operators.scheduler.framework.Rejection;
import io.kybern.operators.scheduler.node.NodeCache;
import io.kybern.operators.scheduler.pod.PodInfo;
import io.kybern.operators.scheduler.queue.SchedulingQueue;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes one pod after the other, decides, and lets the binding run on while it decides for the next: a pod counts on
 * its node from the decision on (it is assumed). When a binding fails the pod is taken back, which frees its place, and
 * tried again.
 */
final class SchedulingLoop {
    private static final Logger log = LoggerFactory.getLogger(SchedulingLoop.class);

    private final SchedulingQueue queue;
    private final NodeCache cache;
    private final Profile profile;
    private final SchedulingAlgorithm algorithm;
    private final SchedulingReport report;
    private final Semaphore bindings;

    SchedulingLoop(
            SchedulingQueue queue,
            NodeCache cache,
            Profile profile,
            SchedulingAlgorithm algorithm,
            SchedulingReport report,
            int bindingsInFlight) {
        this.queue = queue;
        this.cache = cache;
        this.profile = profile;
        this.algorithm = algorithm;
        this.report = report;
        this.bindings = new Semaphore(bindingsInFlight);
    }

    /** Runs until the queue is closed or the thread interrupted. */
    void run() {
        try {
            while (true) {
                var attempt = queue.take();
                if (attempt.isEmpty()) {
                    return;
                }
                schedule(attempt.get().pod());
            }
        } catch (InterruptedException e) {
            log.debug("Scheduling stopped");
        }
    }

    private void schedule(PodInfo pod) throws InterruptedException {
        try {
            switch (algorithm.decide(pod, cache.snapshot())) {
                case Decision.Chosen(String node, int feasible) -> {
                    log.debug("Pod {} goes to {}, one of {}", pod.key(), node, feasible);
                    chosen(pod, node);
                }
                case Decision.Unschedulable(var diagnosis, String message) ->
                    failed(pod, diagnosis.plugins(), Reason.Unschedulable, message);
                case Decision.NoNodes none ->
                    failed(
                            pod,
                            profile.hintingAt(Kind.NODE_ADD),
                            Reason.Unschedulable,
                            "no nodes available to schedule pods");
            }
        } catch (RuntimeException e) {
            log.error("Pod {} could not be scheduled", pod.key(), e);
            failed(pod, Set.of(), Reason.SchedulerError, told(e));
        }
    }

    private void chosen(PodInfo pod, String node) throws InterruptedException {
        if (!cache.assume(pod, node)) {
            // It got a node by other hands while it was decided on.
            queue.decided(pod.key());
            return;
        }
        Optional<Rejection> refused = profile.reserveAndPermit(pod, node);
        if (refused.isPresent()) {
            cache.forget(pod.key());
            String reasons = String.join(", ", refused.get().reasons());
            failed(
                    pod,
                    Set.of(refused.get().plugin()),
                    Reason.Unschedulable,
                    "0/1 nodes are available: 1 " + reasons + ".");
            return;
        }
        queue.decided(pod.key());
        bindings.acquire();
        Thread.ofVirtual().name("bind-" + pod.key()).start(() -> {
            try {
                bind(pod, node);
            } finally {
                bindings.release();
            }
        });
    }

    /** Why it failed: the API's own words where it was the API that refused. */
    private static String told(RuntimeException e) {
        if (e instanceof KubernetesClientException api
                && api.getStatus() != null
                && api.getStatus().getMessage() != null) {
            return api.getStatus().getMessage();
        }
        return String.valueOf(e.getMessage());
    }

    private void bind(PodInfo pod, String node) {
        try {
            for (PreBindPlugin plugin : profile.preBinds()) {
                plugin.preBind(pod, node);
            }
            profile.bind().bind(pod, node);
            report.scheduled(pod, node);
        } catch (RuntimeException e) {
            log.debug("Pod {} not bound to {}", pod.key(), node, e);
            profile.unreserve(pod, node);
            cache.forget(pod.key())
                    .ifPresent(gone -> queue.happened(new PodEvent(Kind.POD_DELETE, Optional.empty(), gone)));
            failed(
                    pod,
                    Set.of(),
                    Reason.SchedulerError,
                    "running Bind plugin \"" + profile.bind().name() + "\": " + told(e));
        }
    }

    private void failed(PodInfo pod, Set<String> refusedBy, Reason reason, String message) {
        if (queue.giveBack(pod.key(), refusedBy)) {
            report.failed(pod, reason, message);
        }
    }
}
