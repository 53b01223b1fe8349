package io.kybern.operators.controller.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetBuilder;
import io.kybern.operators.controller.TemplateHash;
import io.kybern.operators.controller.deployment.DeploymentPlan.Action;
import io.kybern.operators.controller.deployment.DeploymentProgress.Outcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeploymentPlanTest {
    private final Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final List<ReplicaSet> replicaSets = new ArrayList<>();

    private static Deployment deployment(
            int replicas, String image, String strategy, String surge, String unavailable) {
        var builder = new DeploymentBuilder()
                .withNewMetadata()
                .withName("web")
                .withNamespace("n")
                .withUid("u")
                .withGeneration(1L)
                .endMetadata()
                .withNewSpec()
                .withReplicas(replicas)
                .withProgressDeadlineSeconds(600)
                .withRevisionHistoryLimit(1)
                .withNewSelector()
                .addToMatchLabels("app", "web")
                .endSelector()
                .withNewTemplate()
                .withNewMetadata()
                .addToLabels("app", "web")
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("c")
                .withImage(image)
                .endContainer()
                .endSpec()
                .endTemplate()
                .withNewStrategy()
                .withType(strategy)
                .endStrategy()
                .endSpec();
        if (strategy.equals("RollingUpdate")) {
            builder.editSpec()
                    .editStrategy()
                    .withNewRollingUpdate()
                    .withMaxSurge(value(surge))
                    .withMaxUnavailable(value(unavailable))
                    .endRollingUpdate()
                    .endStrategy()
                    .endSpec();
        }
        return builder.build();
    }

    private static IntOrString value(String text) {
        return text.endsWith("%") ? new IntOrString(text) : new IntOrString(Integer.parseInt(text));
    }

    private Rollout rollout(Deployment deployment) {
        return Rollout.of(deployment, replicaSets, replicaSet -> false);
    }

    /** One round of the controller. */
    private List<Action> step(Deployment deployment) {
        List<Action> actions = DeploymentPlan.plan(rollout(deployment));
        for (Action action : actions) {
            switch (action) {
                case Action.Create create ->
                    replicaSets.add(new ReplicaSetBuilder(create.replicaSet())
                            .editMetadata()
                            .withCreationTimestamp(
                                    now.plusSeconds(replicaSets.size()).toString())
                            .endMetadata()
                            .build());
                case Action.Update update ->
                    replicaSets.replaceAll(replicaSet -> replicaSet == update.before() ? update.after() : replicaSet);
                case Action.Delete delete -> replicaSets.remove(delete.replicaSet());
            }
        }
        return actions;
    }

    /** What the ReplicaSet controller and a kubelet would do. */
    private void settle() {
        replicaSets.replaceAll(replicaSet -> status(replicaSet, Rollout.size(replicaSet), Rollout.size(replicaSet)));
    }

    private static ReplicaSet status(ReplicaSet replicaSet, int replicas, int available) {
        return new ReplicaSetBuilder(replicaSet)
                .withNewStatus()
                .withReplicas(replicas)
                .withReadyReplicas(available)
                .withAvailableReplicas(available)
                .endStatus()
                .build();
    }

    private void rollOut(Deployment deployment) {
        for (int i = 0; i < 100; i++) {
            if (step(deployment).isEmpty()) {
                return;
            }
            settle();
        }
        throw new AssertionError("no end: " + replicaSets);
    }

    @ParameterizedTest
    @CsvSource({"10,25%,25%", "4,1,0", "3,0,1", "1,0,0", "7,100%,0", "5,0,50%"})
    void aRolloutStaysWithinItsBounds(int replicas, String surge, String unavailable) {
        rollOut(deployment(replicas, "x:1", "RollingUpdate", surge, unavailable));
        var next = deployment(replicas, "x:2", "RollingUpdate", surge, unavailable);
        for (int i = 0; i < 100 && !step(next).isEmpty(); i++) {
            var rollout = rollout(next);
            assertThat(rollout.totalSize()).isLessThanOrEqualTo(replicas + rollout.maxSurge());
            int served = replicaSets.stream()
                    .mapToInt(replicaSet -> Math.min(Rollout.size(replicaSet), Rollout.available(replicaSet)))
                    .sum();
            assertThat(served).isGreaterThanOrEqualTo(replicas - rollout.maxUnavailable());
            settle();
        }
        assertThat(replicaSets).extracting(Rollout::size).containsExactly(0, replicas);
        assertThat(Revision.of(replicaSets.getLast())).contains(2L);
    }

    @Test
    void unhealthyOldPodsGoFirst() {
        rollOut(deployment(10, "x:1", "RollingUpdate", "0", "2"));
        var next = deployment(10, "x:2", "RollingUpdate", "0", "2");
        step(next);
        replicaSets.set(0, status(replicaSets.getFirst(), 10, 7));
        assertThat(step(next)).hasSize(1);
        assertThat(Rollout.size(replicaSets.getFirst())).isEqualTo(8);
    }

    @Test
    void recreateWaitsForTheLastOldPod() {
        rollOut(deployment(3, "x:1", "Recreate", "", ""));
        var next = deployment(3, "x:2", "Recreate", "", "");
        step(next);
        assertThat(replicaSets).extracting(Rollout::size).containsExactly(0);
        assertThat(step(next)).isEmpty();
        settle();
        assertThat(DeploymentPlan.plan(Rollout.of(next, replicaSets, old -> true)))
                .isEmpty();
        rollOut(next);
        assertThat(replicaSets).extracting(Rollout::size).containsExactly(0, 3);
    }

    @Test
    void aRollBackReusesTheReplicaSetAndRemembersItsRevisions() {
        rollOut(deployment(1, "x:1", "RollingUpdate", "1", "0"));
        rollOut(deployment(1, "x:2", "RollingUpdate", "1", "0"));
        rollOut(deployment(1, "x:1", "RollingUpdate", "1", "0"));
        assertThat(replicaSets).hasSize(2);
        assertThat(Revision.annotations(replicaSets.getFirst()))
                .containsEntry(Revision.REVISION, "3")
                .containsEntry(Revision.HISTORY, "1");
    }

    @Test
    void scalingAmidstARolloutIsProportional() {
        rollOut(deployment(10, "x:1", "RollingUpdate", "3", "2"));
        step(deployment(10, "x:2", "RollingUpdate", "3", "2"));
        step(deployment(10, "x:2", "RollingUpdate", "3", "2"));
        assertThat(replicaSets).extracting(Rollout::size).containsExactly(8, 3);
        step(deployment(20, "x:2", "RollingUpdate", "3", "2"));
        // 8 of 13 are 14 of 23; the new one gets 5 of 23, and the rest goes to the largest.
        assertThat(replicaSets).extracting(Rollout::size).containsExactly(18, 5);
        assertThat(replicaSets)
                .allSatisfy(replicaSet ->
                        assertThat(Revision.size(replicaSet, Revision.DESIRED)).hasValue(20));
    }

    @Test
    void aPausedDeploymentScalesButDoesNotRollOut() {
        rollOut(deployment(2, "x:1", "RollingUpdate", "1", "0"));
        var paused = new DeploymentBuilder(deployment(5, "x:2", "RollingUpdate", "1", "0"))
                .editSpec()
                .withPaused(true)
                .endSpec()
                .build();
        step(paused);
        assertThat(replicaSets).extracting(Rollout::size).containsExactly(5);
        assertThat(DeploymentProgress.updated(rollout(paused), new Outcome.Nothing(), now)
                        .getStatus()
                        .getConditions())
                .anySatisfy(condition -> assertThat(condition.getReason()).isEqualTo("DeploymentPaused"));
    }

    @Test
    void aRolloutProgressesCompletesOrTimesOut() {
        var deployment = deployment(1, "x:1", "RollingUpdate", "1", "0");
        step(deployment);
        String name = replicaSets.getFirst().getMetadata().getName();
        deployment = DeploymentProgress.updated(rollout(deployment), new Outcome.Created(name), now);
        assertThat(progress(deployment)).isEqualTo("True/NewReplicaSetCreated/Created new replica set \"" + name + '"');

        var stuck = DeploymentProgress.updated(rollout(deployment), new Outcome.Nothing(), now.plusSeconds(601));
        assertThat(progress(stuck))
                .isEqualTo("False/ProgressDeadlineExceeded/ReplicaSet \"" + name + "\" has timed out progressing.");

        replicaSets.set(0, status(replicaSets.getFirst(), 1, 0));
        deployment = DeploymentProgress.updated(rollout(deployment), new Outcome.Nothing(), now.plusSeconds(1));
        assertThat(progress(deployment)).startsWith("True/ReplicaSetUpdated");
        assertThat(DeploymentProgress.nextLook(rollout(deployment), deployment, now.plusSeconds(1))
                        .after()
                        .orElseThrow())
                .hasSeconds(601);

        settle();
        deployment = DeploymentProgress.updated(rollout(deployment), new Outcome.Nothing(), now.plusSeconds(2));
        assertThat(progress(deployment))
                .isEqualTo("True/NewReplicaSetAvailable/ReplicaSet \"" + name + "\" has successfully progressed.");
        assertThat(deployment.getMetadata().getAnnotations()).containsEntry(Revision.REVISION, "1");
        assertThat(DeploymentProgress.updated(rollout(deployment), new Outcome.Nothing(), now.plusSeconds(3)))
                .isEqualTo(deployment);
    }

    private static String progress(Deployment deployment) {
        return deployment.getStatus().getConditions().stream()
                .filter(condition -> condition.getType().equals("Progressing"))
                .map(condition -> condition.getStatus() + '/' + condition.getReason() + '/' + condition.getMessage())
                .findFirst()
                .orElse("none");
    }

    @Test
    void hashesAreStableAndCollisionsChangeThem() {
        var template = deployment(1, "x:1", "RollingUpdate", "1", "0").getSpec().getTemplate();
        String hash = TemplateHash.of(template, Optional.empty());
        assertThat(hash).isEqualTo(TemplateHash.of(template, Optional.empty()));
        assertThat(hash).isEqualTo("6d67ff5fdd");
        assertThat(TemplateHash.of(template, Optional.of(1))).isNotEqualTo(hash);
    }

    @Test
    void oldEmptyReplicaSetsBeyondTheLimitAreDeleted() {
        for (int i = 1; i <= 4; i++) {
            rollOut(deployment(1, "x:" + i, "RollingUpdate", "1", "0"));
        }
        var deployment = deployment(1, "x:4", "RollingUpdate", "1", "0");
        deployment = DeploymentProgress.updated(rollout(deployment), new Outcome.Nothing(), now);
        assertThat(step(deployment)).hasSize(2).allMatch(action -> action instanceof Action.Delete);
        assertThat(replicaSets)
                .extracting(replicaSet -> Revision.of(replicaSet).orElseThrow())
                .containsExactly(3L, 4L);
    }
}
