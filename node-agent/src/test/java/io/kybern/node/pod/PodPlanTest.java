package io.kybern.node.pod;

import static io.kybern.node.pod.Pods.NOW;
import static io.kybern.node.pod.Pods.deleted;
import static io.kybern.node.pod.Pods.ended;
import static io.kybern.node.pod.Pods.memory;
import static io.kybern.node.pod.Pods.observed;
import static io.kybern.node.pod.Pods.pod;
import static io.kybern.node.pod.Pods.running;
import static io.kybern.node.pod.Pods.state;
import static io.kybern.node.pod.Pods.withInit;
import static io.kybern.node.pod.Pods.withSidecar;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.kybern.node.pod.PodAction.ConfirmDeletion;
import io.kybern.node.pod.PodAction.Forget;
import io.kybern.node.pod.PodAction.Release;
import io.kybern.node.pod.PodAction.RemoveContainer;
import io.kybern.node.pod.PodAction.StartContainer;
import io.kybern.node.pod.PodAction.StartSandbox;
import io.kybern.node.pod.PodAction.StopAll;
import io.kybern.node.pod.PodAction.StopContainer;
import io.kybern.node.runtime.PodState;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PodPlanTest {
    private final Pod always = pod("Always", "main");

    @Test
    void beginsWithTheSandbox() {
        assertThat(PodPlan.of(observed(always, PodState.NOTHING)).actions()).containsExactly(new StartSandbox(0));
    }

    @Test
    void startsAllMainContainersTogether() {
        assertThat(PodPlan.of(observed(pod("Always", "a", "b"), state())).actions())
                .containsExactly(new StartContainer("a", 0, false), new StartContainer("b", 0, false));
    }

    @Test
    void doesNothingForWhatRuns() {
        PodPlan plan = PodPlan.of(observed(always, state(running("main", 0))));
        assertThat(plan.actions()).isEmpty();
        assertThat(plan.wakeAfter()).isEmpty();
    }

    @Test
    void initContainersRunInOrderBeforeTheMainOnes() {
        Pod pod = withInit(always, "one", "two");
        assertThat(PodPlan.of(observed(pod, state())).actions()).containsExactly(new StartContainer("one", 0, false));
        assertThat(PodPlan.of(observed(pod, state(running("one", 0)))).actions())
                .isEmpty();
        assertThat(PodPlan.of(observed(pod, state(ended("one", 0, 0, 1)))).actions())
                .containsExactly(new StartContainer("two", 0, false));
        assertThat(PodPlan.of(observed(pod, state(ended("one", 0, 0, 1), ended("two", 0, 0, 1))))
                        .actions())
                .containsExactly(new StartContainer("main", 0, false));
    }

    @Test
    void aFailedInitContainerEndsAPodThatNeverRestarts() {
        Pod pod = withInit(pod("Never", "main"), "one");
        assertThat(PodPlan.of(observed(pod, state(ended("one", 0, 3, 1)))).actions())
                .containsExactly(new Release());
        assertThat(PodPhase.of(observed(pod, state(ended("one", 0, 3, 1))))).isEqualTo(PodPhase.FAILED);
    }

    @Test
    void aSidecarStartsFirstAndIsRestartedWhileTheMainContainerRuns() {
        Pod pod = withSidecar(always, "side");
        assertThat(PodPlan.of(observed(pod, state())).actions()).containsExactly(new StartContainer("side", 0, false));
        assertThat(PodPlan.of(observed(pod, state(running("side", 0)))).actions())
                .containsExactly(new StartContainer("main", 0, false));
        assertThat(PodPlan.of(observed(pod, state(ended("side", 0, 1, 1), running("main", 0))))
                        .actions())
                .containsExactly(new StartContainer("side", 1, true));
    }

    @Test
    void sidecarsEndWithTheMainContainers() {
        Pod pod = withSidecar(pod("Never", "main"), "side");
        assertThat(PodPlan.of(observed(pod, state(running("side", 0), ended("main", 0, 0, 1))))
                        .actions())
                .containsExactly(new StopAll(Duration.ofSeconds(30), "the pod has ended"));
    }

    @Test
    void theFirstRestartIsImmediateLaterOnesWait() {
        PodState crashed = state(ended("main", 0, 1, 4));
        assertThat(PodPlan.of(observed(always, crashed)).actions())
                .containsExactly(new StartContainer("main", 1, true));

        PodPlan waiting = PodPlan.of(observed(always, crashed, memory("main", Backoff.NONE.next())));
        assertThat(waiting.actions()).isEmpty();
        assertThat(waiting.wakeAfter()).contains(Duration.ofSeconds(6));

        PodState longAgo = state(ended("main", 0, 1, 11));
        assertThat(PodPlan.of(observed(always, longAgo, memory("main", Backoff.NONE.next())))
                        .actions())
                .containsExactly(new StartContainer("main", 1, true));
    }

    @Test
    void restartPolicyDecides() {
        PodState well = state(ended("main", 0, 0, 1));
        PodState badly = state(ended("main", 0, 2, 1));
        assertThat(PodPlan.of(observed(pod("OnFailure", "main"), well)).actions())
                .containsExactly(new Release());
        assertThat(PodPlan.of(observed(pod("OnFailure", "main"), badly)).actions())
                .containsExactly(new StartContainer("main", 1, true));
        assertThat(PodPlan.of(observed(pod("Never", "main"), badly)).actions()).containsExactly(new Release());
    }

    @Test
    void keepsTwoAttempts() {
        PodState state = state(ended("main", 0, 1, 90), ended("main", 1, 1, 80), running("main", 2));
        assertThat(PodPlan.of(observed(always, state)).actions()).containsExactly(new RemoveContainer("test://main0"));
    }

    @Test
    void anUnhealthyContainerIsStopped() {
        PodMemory memory = PodMemory.EMPTY.with(
                "main",
                before -> before.withHealth(
                        new PodMemory.Health("test://main0", true, false, Optional.of("liveness probe failed"))));
        assertThat(PodPlan.of(observed(always, state(running("main", 0)), memory))
                        .actions())
                .containsExactly(
                        new StopContainer("main", "test://main0", Duration.ofSeconds(30), "liveness probe failed"));
        assertThat(PodPlan.of(observed(always, state(running("main", 1)), memory))
                        .actions())
                .isEmpty();
    }

    @Test
    void deletionStopsThenForgetsThenConfirms() {
        Pod pod = deleted(always);
        assertThat(PodPlan.of(observed(pod, state(running("main", 0)))).actions())
                .containsExactly(new StopAll(Duration.ofSeconds(7), "the pod is deleted"));
        assertThat(PodPlan.of(observed(pod, state(ended("main", 0, 137, 1)))).actions())
                .containsExactly(new Forget(), new ConfirmDeletion());
    }

    @Test
    void aPodThatIsGoneFromTheServerIsNotConfirmed() {
        var observed = new Observation(always, true, state(), PodMemory.EMPTY, new PodStatus(), NOW);
        assertThat(PodPlan.of(observed).actions()).containsExactly(new Forget());
    }

    @Test
    void aFailedStartIsTriedAgainAfterItsBackoff() {
        var trouble = new PodMemory.Trouble("ErrImagePull", "no", NOW.minusSeconds(3), Backoff.NONE.next());
        PodMemory memory = PodMemory.EMPTY.with("main", before -> before.withTrouble(Optional.of(trouble)));
        PodPlan plan = PodPlan.of(observed(always, state(), memory));
        assertThat(plan.actions()).isEmpty();
        assertThat(plan.wakeAfter()).contains(Duration.ofSeconds(7));
    }

    @Test
    void theDeadlineEndsAPod() {
        Pod pod = new PodBuilder(always)
                .editSpec()
                .withActiveDeadlineSeconds(60L)
                .endSpec()
                .build();
        PodStatus began = new PodStatusBuilder()
                .withStartTime(NOW.minusSeconds(50).toString())
                .build();
        var before = new Observation(pod, false, state(running("main", 0)), PodMemory.EMPTY, began, NOW);
        assertThat(PodPlan.of(before).actions()).isEmpty();
        assertThat(PodPlan.of(before).wakeAfter()).contains(Duration.ofSeconds(10));
        var after = new Observation(pod, false, state(running("main", 0)), PodMemory.EMPTY, began, NOW.plusSeconds(10));
        assertThat(PodPlan.of(after).actions())
                .containsExactly(new StopAll(Duration.ofSeconds(30), "the pod's deadline has passed"));
        assertThat(PodStatuses.of(after, java.util.List.of("1.1.1.1")).getReason())
                .isEqualTo("DeadlineExceeded");
    }

    @Test
    void theRestartCountGoesOnWhenTheRuntimeForgot() {
        PodStatus reported = new PodStatusBuilder()
                .addNewContainerStatus()
                .withName("main")
                .withContainerID("test://x")
                .withRestartCount(4)
                .endContainerStatus()
                .build();
        var observed =
                new Observation(always, false, state(), new PodMemory(Map.of(), Optional.empty()), reported, NOW);
        assertThat(PodPlan.of(observed).actions()).containsExactly(new StartContainer("main", 5, false));
    }
}
