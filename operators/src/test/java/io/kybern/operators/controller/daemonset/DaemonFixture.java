package io.kybern.operators.controller.daemonset;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.DaemonSetBuilder;
import io.kybern.operators.controller.PodFixture;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** A DaemonSet {@code agent} whose present template has the hash {@code new}, nodes {@code a}, {@code b} … and pods. */
final class DaemonFixture {
    static final Instant NOW = Instant.parse("2026-01-01T01:00:00Z");

    private DaemonFixture() {}

    static DaemonSetBuilder set() {
        return new DaemonSetBuilder()
                .withNewMetadata()
                .withName("agent")
                .withNamespace("default")
                .withUid("set")
                .withGeneration(4L)
                .endMetadata()
                .withNewSpec()
                .withNewSelector()
                .addToMatchLabels("app", "agent")
                .endSelector()
                .withNewUpdateStrategy()
                .withType("RollingUpdate")
                .withNewRollingUpdate()
                .withMaxSurge(new IntOrString(0))
                .withMaxUnavailable(new IntOrString(1))
                .endRollingUpdate()
                .endUpdateStrategy()
                .withNewTemplate()
                .withNewMetadata()
                .addToLabels("app", "agent")
                .endMetadata()
                .withNewSpec()
                .endSpec()
                .endTemplate()
                .endSpec();
    }

    /** @param surge, unavailable numbers or percentages */
    static DaemonSet rolling(String surge, String unavailable) {
        return set().editSpec()
                .editUpdateStrategy()
                .withNewRollingUpdate()
                .withMaxSurge(number(surge))
                .withMaxUnavailable(number(unavailable))
                .endRollingUpdate()
                .endUpdateStrategy()
                .endSpec()
                .build();
    }

    private static IntOrString number(String text) {
        return text.endsWith("%") ? new IntOrString(text) : new IntOrString(Integer.parseInt(text));
    }

    static NodeBuilder node(String name) {
        return new NodeBuilder().withNewMetadata().withName(name).endMetadata();
    }

    static List<Node> nodes(String... names) {
        return Arrays.stream(names).map(name -> node(name).build()).toList();
    }

    /** A pod that is running and ready. */
    static Pod pod(String name, String node, String hash) {
        return PodFixture.ready(new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace("default")
                .withUid(name)
                .withCreationTimestamp("2026-01-01T00:00:00Z")
                .addToLabels("controller-revision-hash", hash)
                .endMetadata()
                .withNewSpec()
                .withNodeName(node)
                .endSpec()
                .build());
    }

    static DaemonState state(DaemonSet set, List<Node> nodes, Pod... pods) {
        return DaemonState.of(set, "new", nodes, List.of(pods), NOW);
    }

    /** {@code +node -pod}: what a change does. */
    static String text(DaemonPlan.Change change) {
        return String.join(
                " ",
                Stream.concat(
                                change.nodes().stream().map(node -> "+" + node),
                                change.doomed().stream()
                                        .map(pod -> "-" + pod.getMetadata().getName()))
                        .toList());
    }
}
