package io.kybern.operators.controller.daemonset;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.ControllerRevision;
import io.fabric8.kubernetes.api.model.apps.ControllerRevisionBuilder;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.kybern.operators.controller.TemplateHash;
import io.kybern.operators.controller.history.Revisions;
import io.kybern.operators.controller.history.TemplatePatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The revisions of DaemonSets; pods are told apart by their hash. */
final class DaemonRevisions {
    private final KubernetesClient client;
    private final Revisions revisions;

    DaemonRevisions(KubernetesClient client, Revisions revisions) {
        this.client = client;
        this.revisions = revisions;
    }

    /**
     * @param hash of the present template
     * @param old revisions of former templates, oldest first
     * @param collisions how many names of revisions were taken; empty: none ever
     */
    record Known(String hash, List<ControllerRevision> old, Optional<Integer> collisions) {}

    /**
     * Finds the revision of the present template; makes it if there is none, and the newest if it is an older one.
     *
     * @param all of the set, oldest first
     * @param pods of the set
     */
    Known find(DaemonSet set, List<ControllerRevision> all, List<Pod> pods) {
        TemplatePatch patch = TemplatePatch.of(set.getSpec().getTemplate());
        List<ControllerRevision> present = new ArrayList<>();
        List<ControllerRevision> old = new ArrayList<>();
        for (ControllerRevision revision : all) {
            ControllerRevision named = hash(revision).isEmpty() ? withHash(revision) : revision;
            (TemplatePatch.of(named).equals(patch) ? present : old).add(named);
        }
        long number = old.isEmpty() ? 1 : old.getLast().getRevision() + 1;
        Optional<Integer> collisions = Optional.ofNullable(set.getStatus()).map(s -> s.getCollisionCount());
        if (!present.isEmpty()) {
            ControllerRevision kept = present.getLast();
            String hash = hash(kept);
            for (ControllerRevision twin : present.subList(0, present.size() - 1)) {
                pods.stream().filter(pod -> !DaemonPods.hash(pod).equals(hash)).forEach(pod -> label(pod, hash));
                revisions.delete(twin);
            }
            if (kept.getRevision() < number) {
                revisions.renumber(kept, number);
            }
            return new Known(hash, old, collisions);
        }
        while (true) {
            String hash = TemplateHash.of(set.getSpec().getTemplate(), collisions);
            Optional<ControllerRevision> made = revisions.create(Revisions.fresh(
                    set, set.getSpec().getTemplate().getMetadata().getLabels(), patch, DaemonPods.HASH, hash, number));
            if (made.isPresent()) {
                return new Known(hash(made.get()), old, collisions);
            }
            collisions = Optional.of(collisions.orElse(0) + 1);
        }
    }

    static String hash(ControllerRevision revision) {
        Map<String, String> labels = revision.getMetadata().getLabels();
        return labels == null ? "" : labels.getOrDefault(DaemonPods.HASH, "");
    }

    /** One that was made before there were hashes goes by its name. */
    private ControllerRevision withHash(ControllerRevision revision) {
        return client.resource(new ControllerRevisionBuilder(revision)
                        .editMetadata()
                        .addToLabels(DaemonPods.HASH, revision.getMetadata().getName())
                        .endMetadata()
                        .build())
                .update();
    }

    private void label(Pod pod, String hash) {
        String patch = client.getKubernetesSerialization()
                .asJson(Map.of("metadata", Map.of("labels", Map.of(DaemonPods.HASH, hash))));
        client.pods()
                .inNamespace(pod.getMetadata().getNamespace())
                .withName(pod.getMetadata().getName())
                .patch(PatchContext.of(PatchType.JSON_MERGE), patch);
    }

    /** Deletes the oldest beyond the limit, but none that a pod is of. */
    void forgetOld(DaemonSet set, List<ControllerRevision> old, Set<String> hashesOfPods) {
        Integer limit = set.getSpec().getRevisionHistoryLimit();
        int surplus = old.size() - (limit == null ? 10 : limit);
        old.stream()
                .filter(revision -> !hashesOfPods.contains(hash(revision)))
                .limit(Math.max(0, surplus))
                .forEach(revisions::delete);
    }
}
