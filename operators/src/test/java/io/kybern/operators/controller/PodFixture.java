package io.kybern.operators.controller;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;

/** What a node agent makes of pods, and a client that deletes them. */
public final class PodFixture {
    private PodFixture() {}

    /** The pod running and ready since the first day of 2026. */
    public static Pod ready(Pod pod) {
        return new PodBuilder(pod)
                .withNewStatus()
                .withPhase("Running")
                .addNewCondition()
                .withType("Ready")
                .withStatus("True")
                .withLastTransitionTime("2026-01-01T00:00:00Z")
                .endCondition()
                .endStatus()
                .build();
    }

    /** The pod in a phase, with nothing else known of it. */
    public static Pod in(String phase, Pod pod) {
        return new PodBuilder(pod).withNewStatus().withPhase(phase).endStatus().build();
    }

    /** The pod deleted, but not gone. */
    public static Pod deleting(Pod pod) {
        return new PodBuilder(pod)
                .editMetadata()
                .withDeletionTimestamp("2026-01-01T00:59:00Z")
                .endMetadata()
                .build();
    }
}
