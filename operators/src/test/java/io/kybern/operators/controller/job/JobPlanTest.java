package io.kybern.operators.controller.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.JobStatus;
import io.kybern.operators.controller.job.JobPlan.Action;
import io.kybern.operators.controller.job.JobPlan.Counts;
import io.kybern.operators.controller.job.JobPlan.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class JobPlanTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:10:00Z");
    private int pods;

    private static JobBuilder job(int parallelism, int completions) {
        return new JobBuilder()
                .withNewMetadata()
                .withName("j")
                .endMetadata()
                .withNewSpec()
                .withParallelism(parallelism)
                .withCompletions(completions < 0 ? null : completions)
                .withBackoffLimit(2)
                .withNewTemplate()
                .withNewSpec()
                .withRestartPolicy("Never")
                .addNewContainer()
                .withName("c")
                .endContainer()
                .endSpec()
                .endTemplate()
                .endSpec()
                .withNewStatus()
                .withStartTime("2026-01-01T00:09:00Z")
                .endStatus();
    }

    private Pod pod(String phase, int index) {
        PodBuilder pod = new PodBuilder()
                .withNewMetadata()
                .withName("p" + pods)
                .withUid("u" + pods++)
                .withCreationTimestamp("2026-01-01T00:09:55Z")
                .withFinalizers(JobPods.FINALIZER)
                .endMetadata()
                .withNewStatus()
                .withPhase(phase)
                .endStatus();
        return index < 0
                ? pod.build()
                : pod.editMetadata()
                        .addToAnnotations(Indexes.ANNOTATION, Integer.toString(index))
                        .endMetadata()
                        .build();
    }

    private static Action action(Job job, Pod... pods) {
        JobPods state = JobPods.of(job, Arrays.asList(pods));
        return JobPlan.action(job, state, Counts.of(job, state), NOW);
    }

    private static Optional<Verdict> verdict(Job job, Pod... pods) {
        JobPods state = JobPods.of(job, Arrays.asList(pods));
        return JobPlan.verdict(job, state, Counts.of(job, state), NOW);
    }

    @Test
    void asManyRunAsMayAndAreStillNeeded() {
        assertThat(action(job(2, 5).build())).isEqualTo(new Action.Create(List.of(-1, -1)));
        assertThat(action(job(2, 5).build(), pod("Running", -1))).isEqualTo(new Action.Create(List.of(-1)));
        Job nearly = job(3, 4).editStatus().withSucceeded(3).endStatus().build();
        assertThat(action(nearly, pod("Running", -1))).isEqualTo(new Action.Nothing());
        assertThat(action(job(1, 5).build(), pod("Running", -1), pod("Running", -1)))
                .isInstanceOf(Action.Delete.class);
    }

    @Test
    void withoutCompletionsOneSuccessIsEnoughToStartNoMore() {
        assertThat(action(job(3, -1).build())).isEqualTo(new Action.Create(List.of(-1, -1, -1)));
        assertThat(action(job(3, -1).build(), pod("Succeeded", -1), pod("Running", -1)))
                .isEqualTo(new Action.Nothing());
        assertThat(verdict(job(3, -1).build(), pod("Succeeded", -1), pod("Running", -1)))
                .isEmpty();
        assertThat(verdict(job(3, -1).build(), pod("Succeeded", -1)).map(Verdict::type))
                .contains("Complete");
    }

    @Test
    void indexesThatAreMissingAreMade() {
        Job indexed =
                job(3, 4).editSpec().withCompletionMode("Indexed").endSpec().build();
        assertThat(action(indexed, pod("Succeeded", 0), pod("Running", 2))).isEqualTo(new Action.Create(List.of(1, 3)));
    }

    @Test
    void aFailureDelaysTheNextPodAndTooManyEndTheJob() {
        assertThat(action(job(1, 1).build(), pod("Failed", -1))).isEqualTo(new Action.Wait(Duration.ofSeconds(5)));
        Job failing = job(1, 1).editStatus().withFailed(2).endStatus().build();
        assertThat(verdict(failing)).isEmpty();
        assertThat(verdict(failing, pod("Failed", -1)))
                .contains(new Verdict("Failed", "BackoffLimitExceeded", "Job has reached the specified backoff limit"));
    }

    @Test
    void aDeadlineEndsTheJob() {
        Job bounded =
                job(1, 1).editSpec().withActiveDeadlineSeconds(60L).endSpec().build();
        assertThat(verdict(bounded).map(Verdict::reason)).contains("DeadlineExceeded");
        Job longer =
                job(1, 1).editSpec().withActiveDeadlineSeconds(61L).endSpec().build();
        assertThat(verdict(longer)).isEmpty();
        assertThat(JobPlan.left(longer, NOW)).contains(Duration.ofSeconds(1));
    }

    @Test
    void aSuspendedJobHasNoPods() {
        Job suspended = job(1, 1).editSpec().withSuspend(true).endSpec().build();
        Pod running = pod("Running", -1);
        assertThat(action(suspended)).isEqualTo(new Action.Nothing());
        assertThat(action(suspended, running)).isEqualTo(new Action.Delete(List.of(running)));
    }

    @Test
    void theVerdictWaitsForTheLastPod() {
        Verdict verdict = new Verdict("Complete", "CompletionsReached", "Reached expected number of succeeded pods");
        JobStatus waiting = JobStatuses.judged(new JobStatus(), verdict, true, NOW);
        assertThat(waiting.getConditions()).extracting(c -> c.getType()).containsExactly("SuccessCriteriaMet");
        assertThat(waiting.getCompletionTime()).isNull();
        JobStatus done = JobStatuses.judged(waiting, verdict, false, NOW);
        assertThat(done.getConditions()).extracting(c -> c.getType()).containsExactly("SuccessCriteriaMet", "Complete");
        assertThat(done.getCompletionTime()).isEqualTo("2026-01-01T00:10:00Z");
    }

    @Test
    void aPodIsCountedOnceOnly() {
        Pod counted = new PodBuilder(pod("Succeeded", -1))
                .editMetadata()
                .withFinalizers(List.of())
                .endMetadata()
                .build();
        JobPods state = JobPods.of(job(1, 2).build(), List.of(counted, pod("Succeeded", -1)));
        assertThat(state.newlySucceeded()).hasSize(1);
    }

    @Test
    void podsOfAnIndexKnowIt() {
        Job indexed =
                job(1, 2).editSpec().withCompletionMode("Indexed").endSpec().build();
        Pod made = JobTemplates.pod(indexed, 1);
        assertThat(made.getSpec().getHostname()).isEqualTo("j-1");
        assertThat(made.getMetadata().getGenerateName()).isEqualTo("j-1-");
        assertThat(made.getMetadata().getFinalizers()).containsExactly(JobPods.FINALIZER);
        assertThat(made.getSpec().getContainers().getFirst().getEnv().getFirst().getName())
                .isEqualTo("JOB_COMPLETION_INDEX");
    }

    @Test
    void indexesAreShownAsRanges() {
        List<Integer> some = new ArrayList<>(List.of(1, 3, 4, 5, 7, 8));
        assertThat(Indexes.format(new TreeSet<>(some))).isEqualTo("1,3-5,7,8");
        assertThat(Indexes.parse("1,3-5,7,8", 8)).containsExactly(1, 3, 4, 5, 7);
        assertThat(Indexes.free(2, 6, Indexes.parse("0,2", 6))).containsExactly(1, 3);
    }
}
