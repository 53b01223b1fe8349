package io.kybern.operators.controller.statefulset;

import static io.kybern.operators.controller.statefulset.SetFixture.pod;
import static io.kybern.operators.controller.statefulset.SetFixture.set;
import static io.kybern.operators.controller.statefulset.SetFixture.state;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClaimRetentionTest {
    private static PersistentVolumeClaim claim(OwnerReference... owners) {
        return new PersistentVolumeClaimBuilder()
                .withNewMetadata()
                .withName("data-web-0")
                .withOwnerReferences(owners)
                .endMetadata()
                .build();
    }

    private static OwnerReference owner(String apiVersion, String kind, String name, String uid, boolean controls) {
        return new OwnerReferenceBuilder()
                .withApiVersion(apiVersion)
                .withKind(kind)
                .withName(name)
                .withUid(uid)
                .withController(controls)
                .build();
    }

    @ParameterizedTest
    @CsvSource({
        "Retain, Retain, 1, ''",
        "Retain, Retain, 0, ''",
        "Retain, Delete, 1, set",
        "Retain, Delete, 0, set",
        "Delete, Retain, 1, ''",
        "Delete, Retain, 0, pod-0",
        "Delete, Delete, 1, set",
        "Delete, Delete, 0, pod-0"
    })
    void theOwnerIsWhoseEndIsTheClaims(String whenScaled, String whenDeleted, int replicas, String owner) {
        StatefulSet set =
                SetFixture.withClaims(set(replicas), whenScaled, whenDeleted).build();
        var pod = pod(set, 0, "new");
        var retention = ClaimRetention.of(set);
        var foreign = owner("v1", "ConfigMap", "c", "other", false);
        var owned = retention.apply(claim(foreign), set, pod);
        assertThat(owned.getMetadata().getOwnerReferences())
                .extracting(OwnerReference::getUid)
                .isEqualTo(owner.isEmpty() ? List.of("other") : List.of("other", owner));
        assertThat(retention.holds(owned, set, pod)).isTrue();
        assertThat(retention.holds(claim(), set, pod)).isEqualTo(owner.isEmpty());
    }

    @Test
    void whatASetOfTheSameNameLeftIsNotTouched() {
        StatefulSet set = SetFixture.withClaims(set(1), "Delete", "Delete").build();
        var left = claim(owner("apps/v1", "StatefulSet", "web", "former", true));
        assertThat(ClaimRetention.of(set).holds(left, set, pod(set, 0, "new"))).isTrue();
    }

    @Test
    void anotherControllerKeepsTheClaim() {
        StatefulSet set = SetFixture.withClaims(set(1), "Delete", "Delete").build();
        var pod = pod(set, 0, "new");
        var other = owner("example.com/v1", "Disk", "d", "disk", true);
        var retention = ClaimRetention.of(set);
        assertThat(retention.holds(claim(other), set, pod)).isTrue();
        var both = claim(other, owner("apps/v1", "StatefulSet", "web", "set", true));
        assertThat(retention.holds(both, set, pod)).isFalse();
        assertThat(retention.apply(both, set, pod).getMetadata().getOwnerReferences())
                .containsExactly(other);
    }

    @Test
    void aPodWaitsForTheClaimOfItsNamesakeToGo() {
        StatefulSet set = SetFixture.withClaims(set(1), "Delete", "Retain").build();
        var stale = claim(owner("v1", "Pod", "web-0", "former", true));
        assertThat(StatefulSetPlan.plan(state(set, List.of(), Map.of("data-web-0", stale))))
                .isEmpty();
        assertThat(StatefulSetPlan.plan(state(set, List.of(), Map.of("data-web-0", claim()))))
                .hasSize(1);
    }
}
