package io.kybern.node.pod;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.kybern.node.client.EventSink.PodEvent;
import io.kybern.node.pod.PodMemory.Trouble;
import io.kybern.node.runtime.ContainerFailure;
import io.kybern.node.runtime.ContainerRuntime.ImageRecord;
import io.kybern.node.runtime.ContainerSpec;
import io.kybern.node.runtime.ContainerState;
import io.kybern.node.runtime.PodIdentity;
import io.kybern.node.runtime.SandboxSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** Carries out {@link PodAction}s: the effects that {@link PodPlan} decided on. A failed start becomes memory and an event. */
final class PodActions {
    private final PodContext context;
    private final PodIdentity identity;
    private final Consumer<UnaryOperator<PodMemory>> remember;

    PodActions(PodContext context, PodIdentity identity, Consumer<UnaryOperator<PodMemory>> remember) {
        this.context = context;
        this.identity = identity;
        this.remember = remember;
    }

    void apply(Pod pod, PodAction action) {
        switch (action) {
            case PodAction.StartSandbox start -> startSandbox(pod, start);
            case PodAction.StartContainer start -> startContainer(pod, start);
            case PodAction.StopContainer stop ->
                stop(pod, stop.container(), stop.containerId(), stop.grace(), stop.why());
            case PodAction.StopAll stop -> stopAll(pod, stop);
            case PodAction.RemoveContainer remove -> context.runtime().removeContainer(remove.containerId());
            case PodAction.Release release -> context.runtime().stopSandbox(identity);
            case PodAction.Forget forget -> {
                context.runtime().stopSandbox(identity);
                context.runtime().remove(identity);
                context.preparation().release(pod);
            }
            case PodAction.ConfirmDeletion confirm -> context.api().confirmDeletion(pod);
        }
    }

    private void startSandbox(Pod pod, PodAction.StartSandbox start) {
        try {
            context.runtime().startSandbox(context.preparation().sandbox(pod, start.attempt()));
            remember.accept(memory -> memory.withSandboxTrouble(Optional.empty()));
        } catch (ContainerFailure failure) {
            context.events()
                    .send(
                            pod,
                            PodEvent.warning(
                                    "", "FailedCreatePodSandBox", "Failed to create pod sandbox: " + failure.text()));
            remember.accept(
                    memory -> memory.withSandboxTrouble(Optional.of(trouble(failure, memory.sandboxTrouble()))));
        }
    }

    private void startContainer(Pod pod, PodAction.StartContainer start) {
        Container container = PodContainers.find(pod, start.container()).orElseThrow();
        if (start.restart()) {
            growBackoff(pod, container);
        }
        try {
            String id = create(pod, container, start.attempt());
            context.runtime().startContainer(id);
            context.events().send(pod, PodEvent.normal(container.getName(), "Started", "Container started"));
            forgetTrouble(container);
            postStart(pod, container, id);
        } catch (ContainerFailure failure) {
            context.events()
                    .send(
                            pod,
                            failure.reason().equals("FailedMount")
                                    ? PodEvent.warning("", failure.reason(), failure.text())
                                    : PodEvent.warning(
                                            container.getName(),
                                            "Failed",
                                            failure.reason().equals("ErrImagePull")
                                                    ? "Failed to pull image \"" + container.getImage() + "\": "
                                                            + failure.text()
                                                    : "Error: " + failure.text()));
            remember.accept(memory -> memory.with(
                    container.getName(),
                    before -> before.withTrouble(Optional.of(trouble(failure, before.trouble())))));
        }
    }

    private String create(Pod pod, Container container, int attempt) {
        SandboxSpec sandbox = context.preparation().sandbox(pod, 0);
        ImageRecord image = context.preparation().image(pod, container, sandbox);
        ContainerSpec spec = context.preparation()
                .container(pod, container, attempt, image, context.runtime().observe(identity));
        String id = context.runtime().createContainer(sandbox, spec);
        context.events().send(pod, PodEvent.normal(container.getName(), "Created", "Container created"));
        return id;
    }

    private void postStart(Pod pod, Container container, String id) {
        try {
            context.preparation().started(pod, container, id, context.runtime().observe(identity));
        } catch (ContainerFailure failure) {
            context.events().send(pod, PodEvent.warning(container.getName(), failure.reason(), failure.text()));
            stop(pod, container.getName(), id, PodContainers.grace(pod), failure.reason());
        }
    }

    /** The event comes with each restart that had to wait, which is when a person begins to wonder. */
    private void growBackoff(Pod pod, Container container) {
        Optional<ContainerState> ended = context.runtime().observe(identity).latest(container.getName());
        boolean forgiven = ended.flatMap(state ->
                        state.startedAt().flatMap(began -> state.finishedAt().map(end -> Duration.between(began, end))))
                .map(ran -> ran.compareTo(Backoff.FORGIVEN) > 0)
                .orElse(false);
        remember.accept(memory -> memory.with(
                container.getName(),
                before -> before.withRestart((forgiven ? Backoff.NONE : before.restart()).next())));
        if (!forgiven
                && context.runtime()
                        .observe(identity)
                        .previous(container.getName())
                        .isPresent()) {
            context.events()
                    .send(
                            pod,
                            PodEvent.warning(
                                    container.getName(),
                                    "BackOff",
                                    "Back-off restarting failed container " + container.getName() + " in pod "
                                            + identity.describe()));
        }
    }

    private void forgetTrouble(Container container) {
        remember.accept(memory -> memory.with(container.getName(), before -> before.withTrouble(Optional.empty())));
    }

    private Trouble trouble(ContainerFailure failure, Optional<Trouble> before) {
        Instant now = context.clock().instant();
        return new Trouble(
                failure.reason(),
                failure.text(),
                now,
                before.map(Trouble::backoff).orElse(Backoff.NONE).next());
    }

    /** Main containers together, then the sidecars one after the other, the last started first. */
    private void stopAll(Pod pod, PodAction.StopAll stop) {
        Instant end = context.clock().instant().plus(stop.grace());
        List<ContainerState> running = context.runtime().observe(identity).containers().stream()
                .filter(ContainerState::running)
                .toList();
        together(running.stream()
                .filter(state -> !PodContainers.sidecar(pod, state.name()))
                .<Runnable>map(state -> () -> stop(pod, state.name(), state.id(), stop.grace(), stop.why()))
                .toList());
        List<ContainerState> sidecars = running.stream()
                .filter(state -> PodContainers.sidecar(pod, state.name()))
                .sorted((one, other) -> Integer.compare(order(pod, other), order(pod, one)))
                .toList();
        for (ContainerState sidecar : sidecars) {
            Duration left = Duration.between(context.clock().instant(), end);
            stop(pod, sidecar.name(), sidecar.id(), left.isNegative() ? Duration.ZERO : left, stop.why());
        }
    }

    private static int order(Pod pod, ContainerState state) {
        return PodContainers.init(pod).stream().map(Container::getName).toList().indexOf(state.name());
    }

    private static void together(List<Runnable> tasks) {
        List<Thread> threads = new ArrayList<>();
        tasks.stream().skip(1).map(Thread::startVirtualThread).forEach(threads::add);
        if (!tasks.isEmpty()) {
            tasks.getFirst().run();
        }
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void stop(Pod pod, String name, String id, Duration grace, String why) {
        context.events().send(pod, PodEvent.normal(name, "Killing", "Stopping container " + name + ": " + why));
        Duration left = PodContainers.find(pod, name)
                .map(container -> context.preparation().beforeStop(pod, container, id, grace))
                .orElse(grace);
        context.runtime().stopContainer(id, left);
    }
}
