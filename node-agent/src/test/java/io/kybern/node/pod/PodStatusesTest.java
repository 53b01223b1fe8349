package io.kybern.node.pod;

import static io.kybern.node.pod.Pods.NOW;
import static io.kybern.node.pod.Pods.ended;
import static io.kybern.node.pod.Pods.memory;
import static io.kybern.node.pod.Pods.observed;
import static io.kybern.node.pod.Pods.pod;
import static io.kybern.node.pod.Pods.running;
import static io.kybern.node.pod.Pods.state;
import static io.kybern.node.pod.Pods.withInit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.kybern.node.runtime.PodState;
import java.util.List;
import org.junit.jupiter.api.Test;

class PodStatusesTest {
    private static final List<String> HOST = List.of("192.0.2.1");

    @Test
    void aNewPodIsPendingAndSaysWhy() {
        PodStatus status = PodStatuses.of(observed(pod("Always", "a", "b"), PodState.NOTHING), HOST);
        assertThat(status.getPhase()).isEqualTo("Pending");
        assertThat(status.getPodIP()).isNull();
        assertThat(status.getHostIP()).isEqualTo("192.0.2.1");
        assertThat(status.getConditions())
                .extracting(PodCondition::getType, PodCondition::getStatus)
                .containsExactly(
                        tuple("PodReadyToStartContainers", "False"),
                        tuple("Initialized", "True"),
                        tuple("Ready", "False"),
                        tuple("ContainersReady", "False"),
                        tuple("PodScheduled", "True"));
        assertThat(status.getConditions().get(2).getMessage()).isEqualTo("containers with unready status: [a b]");
        assertThat(status.getContainerStatuses()
                        .getFirst()
                        .getState()
                        .getWaiting()
                        .getReason())
                .isEqualTo("ContainerCreating");
    }

    @Test
    void aRunningPodIsReadyWithItsAddress() {
        PodStatus status = PodStatuses.of(observed(pod("Always", "main"), state(running("main", 2))), HOST);
        assertThat(status.getPhase()).isEqualTo("Running");
        assertThat(status.getPodIP()).isEqualTo("10.1.2.3");
        assertThat(status.getConditions())
                .allMatch(condition -> condition.getStatus().equals("True"));
        var container = status.getContainerStatuses().getFirst();
        assertThat(container.getReady()).isTrue();
        assertThat(container.getStarted()).isTrue();
        assertThat(container.getRestartCount()).isEqualTo(2);
        assertThat(container.getContainerID()).isEqualTo("test://main2");
    }

    @Test
    void transitionTimesHoldWhileAConditionHolds() {
        var before = new PodStatusBuilder()
                .withStartTime("2026-01-01T00:00:01Z")
                .addNewCondition()
                .withType("PodScheduled")
                .withStatus("True")
                .withLastTransitionTime("2026-01-01T00:00:00Z")
                .endCondition()
                .build();
        var observed =
                new Observation(pod("Always", "main"), false, state(running("main", 0)), PodMemory.EMPTY, before, NOW);
        PodStatus status = PodStatuses.of(observed, HOST);
        assertThat(status.getStartTime()).isEqualTo("2026-01-01T00:00:01Z");
        assertThat(status.getConditions().getLast().getLastTransitionTime()).isEqualTo("2026-01-01T00:00:00Z");
        assertThat(status.getConditions().getFirst().getLastTransitionTime()).isEqualTo(NOW.toString());
    }

    @Test
    void containersBehindInitContainersWaitForThem() {
        PodStatus status =
                PodStatuses.of(observed(withInit(pod("Always", "main"), "one"), state(running("one", 0))), HOST);
        assertThat(status.getPhase()).isEqualTo("Pending");
        assertThat(status.getContainerStatuses()
                        .getFirst()
                        .getState()
                        .getWaiting()
                        .getReason())
                .isEqualTo("PodInitializing");
        assertThat(status.getConditions().get(1).getMessage()).isEqualTo("containers with incomplete status: [one]");
    }

    @Test
    void aCrashingContainerWaitsAndRemembers() {
        PodStatus status = PodStatuses.of(
                observed(
                        pod("Always", "main"),
                        state(ended("main", 1, 1, 1)),
                        memory("main", Backoff.NONE.next().next())),
                HOST);
        var container = status.getContainerStatuses().getFirst();
        assertThat(container.getState().getWaiting().getReason()).isEqualTo("CrashLoopBackOff");
        assertThat(container.getState().getWaiting().getMessage())
                .isEqualTo("back-off 20s restarting failed container=main pod=p_ns(uid-p)");
        assertThat(container.getLastState().getTerminated().getExitCode()).isEqualTo(1);
        assertThat(status.getPhase()).isEqualTo("Running");
    }

    @Test
    void aFinishedPodIsSucceededOrFailed() {
        PodStatus well =
                PodStatuses.of(observed(pod("Never", "a", "b"), state(ended("a", 0, 0, 1), ended("b", 0, 0, 1))), HOST);
        assertThat(well.getPhase()).isEqualTo("Succeeded");
        assertThat(well.getConditions().get(2).getReason()).isEqualTo("PodCompleted");
        PodStatus badly =
                PodStatuses.of(observed(pod("Never", "a", "b"), state(ended("a", 0, 0, 1), ended("b", 0, 9, 1))), HOST);
        assertThat(badly.getPhase()).isEqualTo("Failed");
        assertThat(badly.getContainerStatuses()
                        .getLast()
                        .getState()
                        .getTerminated()
                        .getExitCode())
                .isEqualTo(9);
    }

    @Test
    void backoffDoublesToFiveMinutes() {
        Backoff backoff = Backoff.NONE;
        var delays = new java.util.ArrayList<String>();
        for (int i = 0; i < 7; i++) {
            backoff = backoff.next();
            delays.add(ContainerStatuses.humanly(backoff.delay()));
        }
        assertThat(delays).containsExactly("10s", "20s", "40s", "1m20s", "2m40s", "5m0s", "5m0s");
    }
}
