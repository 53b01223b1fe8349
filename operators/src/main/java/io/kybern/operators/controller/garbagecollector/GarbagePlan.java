package io.kybern.operators.controller.garbagecollector;

import io.kybern.operators.controller.garbagecollector.Graph.View;
import io.kybern.operators.metadata.ObjectMetadata;
import io.kybern.operators.metadata.ObjectMetadata.Owner;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What becomes of an object, given what its owners are doing. Pure. */
final class GarbagePlan {
    private GarbagePlan() {}

    /** How an owner is, by a look at the server. */
    enum OwnerState {
        /** It exists. */
        SOLID,
        /** It does not exist. */
        DANGLING,
        /** It exists and waits for its dependents to go. */
        WAITING
    }

    /** How deletion spreads; the names are the wire's. */
    enum Propagation {
        Background,
        Foreground,
        Orphan
    }

    /** What to do to the object. */
    sealed interface Action {
        record Keep() implements Action {}

        /** It has owners that live: those that don't are to be forgotten. */
        record SetOwners(List<Owner> owners) implements Action {}

        /** @param unblock first let its owners not wait for it: they and it may wait for each other */
        record Delete(Propagation propagation, boolean unblock) implements Action {}
    }

    static Action decide(View view, ObjectMetadata latest, Map<Owner, OwnerState> owners) {
        List<Owner> solid = new ArrayList<>();
        boolean waiting = false;
        for (Owner owner : latest.owners()) {
            OwnerState state = owners.getOrDefault(owner, OwnerState.SOLID);
            if (state == OwnerState.SOLID) {
                solid.add(owner);
            }
            waiting |= state == OwnerState.WAITING;
        }
        if (solid.size() == latest.owners().size()) {
            return new Action.Keep();
        }
        if (!solid.isEmpty()) {
            return new Action.SetOwners(solid);
        }
        if (waiting && !view.dependents().isEmpty()) {
            boolean circle = view.dependents().stream().anyMatch(View.Dependent::deletingDependents);
            return new Action.Delete(Propagation.Foreground, circle);
        }
        if (latest.finalizers().contains(ObjectMetadata.ORPHAN)) {
            return new Action.Delete(Propagation.Orphan, false);
        }
        boolean foreground = latest.finalizers().contains(ObjectMetadata.FOREGROUND);
        return new Action.Delete(foreground ? Propagation.Foreground : Propagation.Background, false);
    }
}
