package io.kybern.operators.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetBuilder;
import io.kybern.operators.controller.Claims.Verdict;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ClaimsTest {
    private final Selector selector = Selector.ofLabels(Map.of("app", "web"));
    private final ReplicaSet owner = owner("1").build();

    private static ReplicaSetBuilder owner(String uid) {
        return new ReplicaSetBuilder()
                .withNewMetadata()
                .withName("web")
                .withNamespace("n")
                .withUid(uid)
                .endMetadata();
    }

    private static PodBuilder pod(String app) {
        return new PodBuilder()
                .withNewMetadata()
                .withName("p")
                .addToLabels("app", app)
                .endMetadata();
    }

    private static Pod ownedBy(ReplicaSet owner, String app) {
        return pod(app).editMetadata()
                .addToOwnerReferences(Owners.controllerReference(owner))
                .endMetadata()
                .build();
    }

    @Test
    void keepsMatchingAndReleasesOthers() {
        assertThat(Claims.decide(owner, selector, ownedBy(owner, "web"))).isEqualTo(Verdict.KEEP);
        assertThat(Claims.decide(owner, selector, ownedBy(owner, "other"))).isEqualTo(Verdict.RELEASE);
        assertThat(Claims.decide(owner, selector, ownedBy(owner("2").build(), "web")))
                .isEqualTo(Verdict.IGNORE);
    }

    @Test
    void adoptsMatchingOrphansThatLive() {
        assertThat(Claims.decide(owner, selector, pod("web").build())).isEqualTo(Verdict.ADOPT);
        assertThat(Claims.decide(owner, selector, pod("other").build())).isEqualTo(Verdict.IGNORE);
        var dying = pod("web")
                .editMetadata()
                .withDeletionTimestamp("2026-01-01T00:00:00Z")
                .endMetadata()
                .build();
        assertThat(Claims.decide(owner, selector, dying)).isEqualTo(Verdict.IGNORE);
    }

    @Test
    void adyingOwnerKeepsButTakesAndGivesNothing() {
        var dying = owner("1")
                .editMetadata()
                .withDeletionTimestamp("2026-01-01T00:00:00Z")
                .endMetadata()
                .build();
        assertThat(Claims.decide(dying, selector, ownedBy(owner, "web"))).isEqualTo(Verdict.KEEP);
        assertThat(Claims.decide(dying, selector, ownedBy(owner, "other"))).isEqualTo(Verdict.IGNORE);
        assertThat(Claims.decide(dying, selector, pod("web").build())).isEqualTo(Verdict.IGNORE);
    }
}
