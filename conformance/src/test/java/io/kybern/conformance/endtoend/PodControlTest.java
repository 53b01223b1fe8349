package io.kybern.conformance.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.kybern.junit.KybernCluster;
import io.kybern.operators.controller.Expectations;
import io.kybern.operators.controller.PodControl;
import io.kybern.operators.event.EventNote;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What controllers do to pods, against a server: each call is expected in the cache just as often as it will show there. */
@KybernCluster
class PodControlTest {
    private final Expectations expectations = new Expectations(InstantSource.system());
    private final List<EventNote> events = Collections.synchronizedList(new ArrayList<>());

    private static ConfigMap owner(KubernetesClient client, String name) {
        return client.resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .withNamespace("default")
                        .endMetadata()
                        .build())
                .create();
    }

    private static Pod pod(String name) {
        return new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace("default")
                .withUid("unseen-" + name)
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("c")
                .withImage("busybox")
                .endContainer()
                .endSpec()
                .build();
    }

    @Test
    void awaitsNoDeletionOfWhatWasGoneBefore(KubernetesClient client) throws Exception {
        ConfigMap owner = owner(client, "deleter");
        PodControl control = new PodControl(client, events::add, expectations);
        assertThat(control.delete(owner, List.of(pod("gone-a"), pod("gone-b"))).failure())
                .isEmpty();
        assertThat(expectations.satisfied(ResourceID.fromResource(owner))).isTrue();
        assertThat(events).isEmpty();
    }

    @Test
    void awaitsWhatItCreated(KubernetesClient client) throws Exception {
        ConfigMap owner = owner(client, "creator");
        ResourceID key = ResourceID.fromResource(owner);
        PodControl control = new PodControl(client, events::add, expectations);
        // The second is refused: its name is taken by then.
        assertThat(control.create(owner, List.of(pod("twin"), pod("twin"))).successes())
                .isEqualTo(1);
        assertThat(expectations.satisfied(key)).isFalse();
        expectations.creationObserved(key);
        assertThat(expectations.satisfied(key)).isTrue();
        assertThat(events).hasSize(2);
    }
}
