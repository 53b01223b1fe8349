package io.kybern.operators.controller.deployment;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.kybern.operators.controller.PodState;
import io.kybern.operators.controller.Share;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A Deployment and its ReplicaSets: the one whose template it has now, and those of former templates, oldest first.
 *
 * @param oldPodsRun whether a pod of a former template still runs
 */
record Rollout(Deployment deployment, Optional<ReplicaSet> current, List<ReplicaSet> old, boolean oldPodsRun) {
    static final String HASH_LABEL = "pod-template-hash";

    static final Comparator<ReplicaSet> OLDEST_FIRST = Comparator.<ReplicaSet, Instant>comparing(PodState::createdAt)
            .thenComparing(replicaSet -> replicaSet.getMetadata().getName());

    Rollout {
        old = List.copyOf(old);
    }

    static Rollout of(Deployment deployment, List<ReplicaSet> owned, Predicate<ReplicaSet> podsRun) {
        PodTemplateSpec wanted = withoutHash(deployment.getSpec().getTemplate());
        List<ReplicaSet> sorted = owned.stream().sorted(OLDEST_FIRST).toList();
        Optional<ReplicaSet> current = sorted.stream()
                .filter(replicaSet ->
                        withoutHash(replicaSet.getSpec().getTemplate()).equals(wanted))
                .findFirst();
        List<ReplicaSet> old = new ArrayList<>(sorted);
        current.ifPresent(old::remove);
        boolean oldPodsRun = old.stream().anyMatch(replicaSet -> actual(replicaSet) > 0 || podsRun.test(replicaSet));
        return new Rollout(deployment, current, old, oldPodsRun);
    }

    static PodTemplateSpec withoutHash(PodTemplateSpec template) {
        if (template.getMetadata() == null
                || template.getMetadata().getLabels() == null
                || !template.getMetadata().getLabels().containsKey(HASH_LABEL)) {
            return template;
        }
        return new PodTemplateSpecBuilder(template)
                .editMetadata()
                .removeFromLabels(HASH_LABEL)
                .endMetadata()
                .build();
    }

    Stream<ReplicaSet> all() {
        return Stream.concat(old.stream(), current.stream());
    }

    /** ReplicaSets that want pods. */
    List<ReplicaSet> active() {
        return all().filter(replicaSet -> size(replicaSet) > 0).toList();
    }

    List<ReplicaSet> activeOld() {
        return old.stream().filter(replicaSet -> size(replicaSet) > 0).toList();
    }

    int replicas() {
        return orElse(deployment.getSpec().getReplicas(), 1);
    }

    boolean isRecreate() {
        return deployment.getSpec().getStrategy() != null
                && "Recreate".equals(deployment.getSpec().getStrategy().getType());
    }

    boolean isPaused() {
        return Boolean.TRUE.equals(deployment.getSpec().getPaused());
    }

    /** How many pods may exist beyond the wanted number. */
    int maxSurge() {
        return isRecreate() ? 0 : scaled(surgeSpec(), true);
    }

    /** How many of the wanted number may be missing. */
    int maxUnavailable() {
        if (isRecreate() || replicas() == 0) {
            return 0;
        }
        int unavailable = scaled(unavailableSpec(), false);
        // Both may round to nothing, which would never get on.
        int resolved = scaled(surgeSpec(), true) == 0 && unavailable == 0 ? 1 : unavailable;
        return Math.min(resolved, replicas());
    }

    private @Nullable IntOrString surgeSpec() {
        var strategy = deployment.getSpec().getStrategy();
        return strategy == null || strategy.getRollingUpdate() == null
                ? null
                : strategy.getRollingUpdate().getMaxSurge();
    }

    private @Nullable IntOrString unavailableSpec() {
        var strategy = deployment.getSpec().getStrategy();
        return strategy == null || strategy.getRollingUpdate() == null
                ? null
                : strategy.getRollingUpdate().getMaxUnavailable();
    }

    private int scaled(@Nullable IntOrString value, boolean up) {
        return Share.of(value, replicas(), up);
    }

    /** Absent or the greatest number: none. */
    Optional<Integer> progressDeadlineSeconds() {
        return limit(deployment.getSpec().getProgressDeadlineSeconds());
    }

    Optional<Integer> revisionHistoryLimit() {
        return limit(deployment.getSpec().getRevisionHistoryLimit());
    }

    private static Optional<Integer> limit(@Nullable Integer value) {
        return Optional.ofNullable(value).filter(number -> number != Integer.MAX_VALUE);
    }

    static int size(ReplicaSet replicaSet) {
        return orElse(replicaSet.getSpec().getReplicas(), 1);
    }

    static int actual(ReplicaSet replicaSet) {
        return replicaSet.getStatus() == null
                ? 0
                : orElse(replicaSet.getStatus().getReplicas(), 0);
    }

    static int ready(ReplicaSet replicaSet) {
        return replicaSet.getStatus() == null
                ? 0
                : orElse(replicaSet.getStatus().getReadyReplicas(), 0);
    }

    static int available(ReplicaSet replicaSet) {
        return replicaSet.getStatus() == null
                ? 0
                : orElse(replicaSet.getStatus().getAvailableReplicas(), 0);
    }

    int totalSize() {
        return all().mapToInt(Rollout::size).sum();
    }

    int totalAvailable() {
        return all().mapToInt(Rollout::available).sum();
    }

    static int orElse(@Nullable Integer value, int otherwise) {
        return value == null ? otherwise : value;
    }

    /** The same with some ReplicaSets in a newer version. */
    Rollout with(List<ReplicaSet> newer) {
        return new Rollout(
                deployment,
                current.map(replicaSet -> newest(replicaSet, newer)),
                old.stream().map(replicaSet -> newest(replicaSet, newer)).toList(),
                oldPodsRun);
    }

    private static ReplicaSet newest(ReplicaSet replicaSet, List<ReplicaSet> newer) {
        return newer.stream()
                .filter(candidate -> candidate
                        .getMetadata()
                        .getName()
                        .equals(replicaSet.getMetadata().getName()))
                .findFirst()
                .orElse(replicaSet);
    }
}
