package io.kybern.node.pod;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.kybern.node.runtime.PodIdentity;
import io.kybern.node.runtime.PodState;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Brings one pod to where it should be, level-triggered: observe → plan → write the status if it changed → apply, again
 * until there is nothing to do. A virtual thread carries it while it is busy; an idle pod has no thread.
 *
 * <pre>
 *   IDLE --wake--> BUSY --wake--> AGAIN
 *    ^              |  ^            |
 *    +--nothing left+  +---step-----+        any --removed--> DONE
 * </pre>
 */
final class PodWorker {
    private static final Logger LOG = System.getLogger(PodWorker.class.getName());
    /** How soon a step that failed for a reason of ours (no answer, runtime down) is tried again. */
    private static final Duration RETRY = Duration.ofSeconds(1);

    private enum Activity {
        IDLE,
        BUSY,
        AGAIN,
        DONE
    }

    private final PodContext context;
    private final PodIdentity identity;
    private final Runnable whenDone;
    private final PodActions actions;
    private final Probing probing;
    private final AtomicReference<Activity> activity = new AtomicReference<>(Activity.IDLE);
    private final ReentrantLock timerLock = new ReentrantLock();
    private volatile Pod pod;
    private volatile boolean gone;
    /** Written by the worker and by probes: read, change and write under this object's monitor. */
    private volatile PodMemory memory = PodMemory.EMPTY;
    /** The status as the API server has it from us; only the worker's thread touches it. */
    private PodStatus reported;
    /** @GuardedBy timerLock */
    private @Nullable ScheduledFuture<?> timer;

    PodWorker(Pod pod, PodContext context, Runnable whenDone) {
        this.pod = pod;
        this.context = context;
        this.identity = PodContainers.identity(pod);
        this.whenDone = whenDone;
        this.reported = pod.getStatus() == null ? new PodStatus() : pod.getStatus();
        this.actions = new PodActions(context, identity, this::remember);
        this.probing = context.probing().create((container, health) -> {
            remember(known -> known.with(container, before -> before.withHealth(health)));
            wake();
        });
    }

    Pod pod() {
        return pod;
    }

    void update(Pod newest) {
        pod = newest;
        wake();
    }

    /** The API server has the pod no longer. */
    void gone() {
        gone = true;
        wake();
    }

    void wake() {
        Activity before = activity.getAndUpdate(now -> switch (now) {
            case IDLE -> Activity.BUSY;
            case BUSY, AGAIN -> Activity.AGAIN;
            case DONE -> Activity.DONE;
        });
        if (before == Activity.IDLE) {
            Thread.ofVirtual()
                    .name("pod-" + identity.namespace() + "/" + identity.name())
                    .start(this::run);
        }
    }

    private void run() {
        do {
            activity.compareAndSet(Activity.AGAIN, Activity.BUSY);
            boolean more = true;
            while (more && activity.get() != Activity.DONE) {
                more = guardedStep();
            }
        } while (activity.get() != Activity.DONE && !activity.compareAndSet(Activity.BUSY, Activity.IDLE));
    }

    private boolean guardedStep() {
        try {
            return step();
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, () -> "pod " + identity.describe() + ": " + e.getMessage());
            LOG.log(Level.DEBUG, () -> "pod " + identity.describe(), e);
            wakeAfter(RETRY);
            return false;
        }
    }

    /** True when something was done, so that it is worth looking again at once. */
    private boolean step() {
        Pod current = pod;
        PodState actual = context.runtime().observe(identity);
        probing.update(current, actual);
        var observed = new Observation(
                current, gone, actual, memory, reported, context.clock().instant());
        PodPlan plan = PodPlan.of(observed);
        if (!gone) {
            report(observed);
        }
        plan.actions().forEach(action -> actions.apply(current, action));
        if (ends(plan)) {
            finish();
            return false;
        }
        plan.wakeAfter().ifPresent(this::wakeAfter);
        return !plan.actions().isEmpty();
    }

    private static boolean ends(PodPlan plan) {
        return plan.actions().stream().anyMatch(PodAction.Forget.class::isInstance);
    }

    private void report(Observation observed) {
        PodStatus next = PodStatuses.of(observed, context.addresses());
        if (!next.equals(reported) && context.api().patchStatus(observed.pod(), reported, next)) {
            reported = next;
        }
    }

    /** Deletes are confirmed with everything already gone, so nothing is left to retry for. */
    private void finish() {
        activity.set(Activity.DONE);
        probing.close();
        cancelTimer();
        whenDone.run();
    }

    /** Stops caring, without touching what runs. */
    void abandon() {
        activity.set(Activity.DONE);
        probing.close();
        cancelTimer();
    }

    private synchronized void remember(UnaryOperator<PodMemory> change) {
        memory = change.apply(memory);
    }

    private void wakeAfter(Duration delay) {
        timerLock.lock();
        try {
            cancelTimer();
            if (activity.get() == Activity.DONE || context.timers().isShutdown()) {
                return;
            }
            timer = context.timers().schedule(this::wake, Math.max(1, delay.toMillis() + 1), TimeUnit.MILLISECONDS);
        } finally {
            timerLock.unlock();
        }
    }

    private void cancelTimer() {
        timerLock.lock();
        try {
            if (timer != null) {
                timer.cancel(false);
                timer = null;
            }
        } finally {
            timerLock.unlock();
        }
    }
}
