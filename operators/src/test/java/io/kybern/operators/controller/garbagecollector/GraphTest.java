package io.kybern.operators.controller.garbagecollector;

import static org.assertj.core.api.Assertions.assertThat;

import io.kybern.operators.controller.garbagecollector.GarbagePlan.Action;
import io.kybern.operators.controller.garbagecollector.GarbagePlan.OwnerState;
import io.kybern.operators.controller.garbagecollector.GarbagePlan.Propagation;
import io.kybern.operators.controller.garbagecollector.Graph.Work;
import io.kybern.operators.metadata.ObjectMetadata;
import io.kybern.operators.metadata.ObjectMetadata.Owner;
import io.kybern.operators.metadata.ResourceType;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GraphTest {
    private static final ResourceType PODS = new ResourceType("", "v1", "pods", "Pod", true, Set.of());
    private static final ResourceType SETS =
            new ResourceType("apps", "v1", "replicasets", "ReplicaSet", true, Set.of());

    private final Graph graph = new Graph();
    private final Owner owner = new Owner("apps/v1", "ReplicaSet", "s", "s-uid", true, true);

    private static ObjectMetadata object(String name, boolean deleting, List<String> finalizers, Owner... owners) {
        return new ObjectMetadata("n", name, name + "-uid", "1", deleting, finalizers, List.of(owners));
    }

    private static ObjectMetadata object(String name, Owner... owners) {
        return object(name, false, List.of(), owners);
    }

    @Test
    void anUnknownOwnerIsVerifiedAndItsAbsenceConcernsItsDependents() {
        assertThat(graph.changed(PODS, object("p", owner))).containsExactly(new Work.Verify("s-uid"));
        assertThat(graph.view("s-uid").orElseThrow().observed()).isFalse();
        assertThat(graph.gone("s-uid")).containsExactly(new Work.Examine("p-uid"));
    }

    @Test
    void theDeletionOfAnOwnerConcernsItsDependents() {
        assertThat(graph.changed(SETS, object("s"))).isEmpty();
        assertThat(graph.changed(PODS, object("p", owner))).isEmpty();
        assertThat(graph.gone("s-uid")).containsExactly(new Work.Examine("p-uid"));
        assertThat(graph.gone("p-uid")).isEmpty();
        assertThat(graph.size()).isZero();
    }

    @Test
    void foregroundDeletionLooksAtDependentsAndAgainWhenOneGoes() {
        graph.changed(SETS, object("s"));
        graph.changed(PODS, object("p", owner));
        var deleting = object("s", true, List.of(ObjectMetadata.FOREGROUND));
        assertThat(graph.changed(SETS, deleting)).containsExactly(new Work.Examine("p-uid"), new Work.Examine("s-uid"));
        assertThat(graph.changed(SETS, deleting)).isEmpty();
        assertThat(graph.view("s-uid").orElseThrow().dependents())
                .singleElement()
                .satisfies(dependent -> assertThat(dependent.blocking()).isTrue());
        assertThat(graph.gone("p-uid")).containsExactly(new Work.Examine("s-uid"));
    }

    @Test
    void aReferenceThatNoLongerBlocksConcernsTheOwner() {
        graph.changed(SETS, object("s", true, List.of(ObjectMetadata.FOREGROUND)));
        graph.changed(PODS, object("p", owner));
        var unblocked = new Owner("apps/v1", "ReplicaSet", "s", "s-uid", true, false);
        assertThat(graph.changed(PODS, object("p", unblocked))).containsExactly(new Work.Examine("s-uid"));
        assertThat(graph.changed(PODS, object("p"))).isEmpty();
        assertThat(graph.view("s-uid").orElseThrow().dependents()).isEmpty();
    }

    @Test
    void orphaningIsDoneOnce() {
        var deleting = object("s", true, List.of(ObjectMetadata.ORPHAN));
        assertThat(graph.changed(SETS, deleting)).containsExactly(new Work.Orphan("s-uid"));
        assertThat(graph.changed(SETS, deleting)).isEmpty();
    }

    @Test
    void aListRemovesWhatItLacks() {
        graph.changed(SETS, object("s"));
        graph.changed(PODS, object("p", owner));
        assertThat(graph.replaced(SETS, List.of())).containsExactly(new Work.Examine("p-uid"));
        assertThat(graph.view("p-uid")).isPresent();
    }

    @Test
    void aReferenceWithTheRightUidAndAWrongNameIsExamined() {
        graph.changed(SETS, object("s"));
        var wrong = new Owner("apps/v1", "ReplicaSet", "other", "s-uid", true, true);
        assertThat(graph.changed(PODS, object("p", wrong))).containsExactly(new Work.Examine("p-uid"));
    }

    private Action decide(ObjectMetadata object, Map<Owner, OwnerState> owners) {
        graph.changed(PODS, object);
        return GarbagePlan.decide(graph.view(object.uid()).orElseThrow(), object, owners);
    }

    @Test
    void onlyObjectsWithoutLivingOwnersAreDeleted() {
        var second = new Owner("apps/v1", "ReplicaSet", "t", "t-uid", false, false);
        var object = object("p", owner, second);
        assertThat(decide(object, Map.of(owner, OwnerState.SOLID, second, OwnerState.SOLID)))
                .isEqualTo(new Action.Keep());
        assertThat(decide(object, Map.of(owner, OwnerState.DANGLING, second, OwnerState.SOLID)))
                .isEqualTo(new Action.SetOwners(List.of(second)));
        assertThat(decide(object, Map.of(owner, OwnerState.DANGLING, second, OwnerState.WAITING)))
                .isEqualTo(new Action.Delete(Propagation.Background, false));
    }

    @Test
    void existingFinalizersDecideHowADeletionSpreads() {
        var states = Map.of(owner, OwnerState.DANGLING);
        assertThat(decide(object("a", false, List.of(ObjectMetadata.ORPHAN), owner), states))
                .isEqualTo(new Action.Delete(Propagation.Orphan, false));
        assertThat(decide(object("b", false, List.of(ObjectMetadata.FOREGROUND), owner), states))
                .isEqualTo(new Action.Delete(Propagation.Foreground, false));
    }

    @Test
    void aWaitingOwnersDependentWaitsForItsOwn() {
        var middle = object("m", owner);
        var down = new Owner("v1", "Pod", "m", "m-uid", false, true);
        graph.changed(PODS, object("leaf", down));
        assertThat(decide(middle, Map.of(owner, OwnerState.WAITING)))
                .isEqualTo(new Action.Delete(Propagation.Foreground, false));
        graph.changed(PODS, object("leaf", true, List.of(ObjectMetadata.FOREGROUND), down));
        assertThat(decide(middle, Map.of(owner, OwnerState.WAITING)))
                .isEqualTo(new Action.Delete(Propagation.Foreground, true));
    }
}
