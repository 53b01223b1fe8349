package io.kybern.node.pod;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.kybern.node.client.EventSink;
import io.kybern.node.client.PodApi;
import io.kybern.node.runtime.simulated.PodAddresses;
import io.kybern.node.runtime.simulated.SimulatedPreparation;
import io.kybern.node.runtime.simulated.SimulatedProbing;
import io.kybern.node.runtime.simulated.SimulatedRuntime;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A pod's life through worker and simulated runtime, with an API that only records. */
class PodWorkersTest {
    private sealed interface Write {
        record Status(PodStatus status) implements Write {}

        record Deleted(String uid) implements Write {}
    }

    private final BlockingQueue<Write> writes = new LinkedBlockingQueue<>();
    private final ScheduledExecutorService timers = Executors.newSingleThreadScheduledExecutor();
    private final SimulatedRuntime runtime =
            new SimulatedRuntime(new PodAddresses("10.1.0.0/16"), timers, InstantSource.system());
    private final PodWorkers workers = new PodWorkers(pod -> Optional.of(new PodContext(
            runtime,
            new SimulatedPreparation(),
            SimulatedProbing::new,
            new RecordingApi(),
            EventSink.NONE,
            List.of("192.0.2.1"),
            timers,
            InstantSource.system())));

    private final class RecordingApi implements PodApi {
        @Override
        public boolean patchStatus(Pod pod, PodStatus before, PodStatus after) {
            writes.add(new Write.Status(after));
            return true;
        }

        @Override
        public void confirmDeletion(Pod pod) {
            writes.add(new Write.Deleted(pod.getMetadata().getUid()));
        }
    }

    PodWorkersTest() {
        runtime.subscribe(workers::wake);
    }

    @AfterEach
    void stop() {
        workers.close();
        timers.shutdownNow();
    }

    @Test
    void aPodStartsAndIsDeletedGracefully() throws InterruptedException {
        Pod pod = Pods.pod("Always", "main");
        workers.onAdd(pod);
        List<String> phases = phasesUntil(status -> status.getPhase().equals("Running"));
        assertThat(phases).startsWith("Pending").endsWith("Running");

        workers.onUpdate(pod, Pods.deleted(pod));
        Write last = writes.poll(10, TimeUnit.SECONDS);
        while (last instanceof Write.Status(PodStatus status)) {
            assertThat(status.getConditions().get(2).getStatus()).isEqualTo("False");
            phases.add(status.getPhase());
            last = writes.poll(10, TimeUnit.SECONDS);
        }
        assertThat(phases.getLast()).isEqualTo("Succeeded");
        assertThat(last).isEqualTo(new Write.Deleted("uid-p"));
        assertThat(runtime.pods()).isEmpty();
    }

    @Test
    void aJobsPodEndsAsItsAnnotationsTell() throws InterruptedException {
        workers.onAdd(annotated(
                Pods.pod("Never", "main"),
                Map.of("simulated.kybern.io/exit-after", "50ms", "simulated.kybern.io/exit-code", "3")));
        List<String> phases = phasesUntil(status -> status.getPhase().equals("Failed"));
        assertThat(phases).startsWith("Pending").contains("Running").endsWith("Failed");
    }

    @Test
    void aCrashingContainerIsRestartedOnceAndThenHeldBack() throws InterruptedException {
        workers.onAdd(annotated(
                Pods.pod("Always", "main"),
                Map.of("simulated.kybern.io/exit-after", "0s", "simulated.kybern.io/exit-code", "1")));
        phasesUntil(status -> {
            var container = status.getContainerStatuses().getFirst();
            return container.getRestartCount() == 1 && container.getState().getWaiting() != null;
        });
    }

    @Test
    void aSpoiltAnnotationIsAConfigError() throws InterruptedException {
        workers.onAdd(annotated(Pods.pod("Always", "main"), Map.of("simulated.kybern.io/exit-after", "soon")));
        phasesUntil(status -> {
            var waiting = status.getContainerStatuses().getFirst().getState().getWaiting();
            return waiting != null && "CreateContainerConfigError".equals(waiting.getReason());
        });
    }

    private static Pod annotated(Pod pod, Map<String, String> annotations) {
        return new PodBuilder(pod)
                .editMetadata()
                .withAnnotations(annotations)
                .endMetadata()
                .build();
    }

    private List<String> phasesUntil(Predicate<PodStatus> done) throws InterruptedException {
        List<String> phases = new ArrayList<>();
        while (true) {
            Write write = writes.poll(10, TimeUnit.SECONDS);
            assertThat(write).as("a write after " + phases).isInstanceOf(Write.Status.class);
            PodStatus status = ((Write.Status) write).status();
            phases.add(status.getPhase());
            if (done.test(status)) {
                return phases;
            }
        }
    }
}
