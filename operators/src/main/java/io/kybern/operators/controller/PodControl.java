package io.kybern.operators.controller;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.kybern.operators.event.EventNote;
import io.kybern.operators.event.EventRecorder;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Makes and deletes the pods of an owner, with the events that tell of it, and expects to see in the cache what it did. Source: {@code
 * pkg/controller/controller_utils.go}, {@code RealPodControl}.
 */
public final class PodControl {
    private final KubernetesClient client;
    private final EventRecorder events;
    private final Expectations expectations;

    public PodControl(KubernetesClient client, EventRecorder events, Expectations expectations) {
        this.client = client;
        this.events = events;
        this.expectations = expectations;
    }

    /** Creates pods, a few first. */
    public SlowStart.Result create(HasMetadata owner, List<Pod> pods) throws InterruptedException {
        return change(owner, pods, List.of());
    }

    /** Creates pods, a few first, then deletes others, all at once; the answer counts the creations. */
    public SlowStart.Result change(HasMetadata owner, List<Pod> pods, List<Pod> doomed) throws InterruptedException {
        ResourceID key = ResourceID.fromResource(owner);
        expectations.expect(
                key,
                pods.size(),
                doomed.stream().map(pod -> pod.getMetadata().getUid()).toList());
        SlowStart.Result created = createAll(owner, key, pods);
        SlowStart.Result deleted = SlowStart.all(doomed, pod -> delete(owner, key, pod));
        return new SlowStart.Result(created.successes(), created.failure().or(deleted::failure));
    }

    private SlowStart.Result createAll(HasMetadata owner, ResourceID key, List<Pod> pods) throws InterruptedException {
        Queue<Pod> left = new ConcurrentLinkedQueue<>(pods);
        SlowStart.Result result = SlowStart.call(pods.size(), () -> create(owner, key, left.remove()));
        for (int missing = result.successes(); missing < pods.size(); missing++) {
            expectations.creationObserved(key);
        }
        return result;
    }

    private void create(HasMetadata owner, ResourceID key, Pod pod) {
        try {
            Pod created = client.resource(pod).create();
            events.record(EventNote.normal(
                    owner,
                    "SuccessfulCreate",
                    "Created pod: " + created.getMetadata().getName()));
        } catch (KubernetesClientException e) {
            if (Failures.isNamespaceTerminating(e)) {
                expectations.creationObserved(key);
                return;
            }
            events.record(EventNote.warning(owner, "FailedCreate", "Error creating: " + Failures.message(e)));
            throw e;
        }
    }

    /** Deletes pods, all at once. */
    public SlowStart.Result delete(HasMetadata owner, List<Pod> doomed) throws InterruptedException {
        return change(owner, List.of(), doomed);
    }

    private void delete(HasMetadata owner, ResourceID key, Pod pod) {
        String podName = pod.getMetadata().getName();
        try {
            boolean existed = !client.pods()
                    .inNamespace(pod.getMetadata().getNamespace())
                    .withName(podName)
                    .delete()
                    .isEmpty();
            if (existed) {
                events.record(EventNote.normal(owner, "SuccessfulDelete", "Deleted pod: " + podName));
            } else {
                // Its event may have come before it was expected.
                expectations.deletionObserved(key, pod.getMetadata().getUid());
            }
        } catch (KubernetesClientException e) {
            expectations.deletionObserved(key, pod.getMetadata().getUid());
            events.record(EventNote.warning(owner, "FailedDelete", "Error deleting: " + Failures.message(e)));
            throw e;
        }
    }
}
