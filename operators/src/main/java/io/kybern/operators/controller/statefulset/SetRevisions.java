package io.kybern.operators.controller.statefulset;

import io.fabric8.kubernetes.api.model.apps.ControllerRevision;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.kybern.operators.controller.history.Revisions;
import io.kybern.operators.controller.history.TemplatePatch;
import java.util.List;
import java.util.Optional;

/**
 * The revisions of a StatefulSet.
 *
 * @param known all that are kept, oldest first
 * @param current the one that all pods had when the last update was done
 * @param update the one of the template that the set has now
 * @param collisions how many names of revisions were taken
 */
record SetRevisions(
        List<ControllerRevision> known, ControllerRevision current, ControllerRevision update, int collisions) {
    private static final String HASH = "controller.kubernetes.io/hash";

    /** Finds them; makes the one of the present template if there is none, and the newest if it is an older one. */
    static SetRevisions find(Revisions revisions, StatefulSet set, List<ControllerRevision> known) {
        var status = set.getStatus();
        int collisions = status == null ? 0 : SetState.orZero(status.getCollisionCount());
        long next = known.isEmpty() ? 1 : known.getLast().getRevision() + 1;
        TemplatePatch patch = TemplatePatch.of(set.getSpec().getTemplate());

        Optional<ControllerRevision> update = newestLike(set, patch, known);
        if (update.isPresent() && update.get() != known.getLast()) {
            update = Optional.of(revisions.renumber(update.get(), next));
        }
        while (update.isEmpty()) {
            update = revisions.create(Revisions.fresh(
                    set,
                    set.getSpec().getTemplate().getMetadata().getLabels(),
                    patch,
                    HASH,
                    patch.hash(collisions),
                    next));
            if (update.isEmpty()) {
                collisions++;
            }
        }
        String currentName = status == null ? null : status.getCurrentRevision();
        ControllerRevision current = known.stream()
                .filter(revision -> revision.getMetadata().getName().equals(currentName))
                .findFirst()
                .orElse(update.get());
        return new SetRevisions(known, current, update.get(), collisions);
    }

    /**
     * The last whose patch is the same, to the byte. The newest is also taken if its template means the same: another version may
     * have written it in another form.
     */
    private static Optional<ControllerRevision> newestLike(
            StatefulSet set, TemplatePatch patch, List<ControllerRevision> known) {
        Optional<ControllerRevision> same = known.reversed().stream()
                .filter(revision -> TemplatePatch.of(revision).equals(patch))
                .findFirst();
        return same.or(() -> known.isEmpty()
                        || !TemplatePatch.template(known.getLast())
                                .equals(set.getSpec().getTemplate())
                ? Optional.empty()
                : Optional.of(known.getLast()));
    }
}
