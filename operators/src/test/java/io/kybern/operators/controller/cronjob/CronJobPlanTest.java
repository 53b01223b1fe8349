package io.kybern.operators.controller.cronjob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.batch.v1.CronJobBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CronJobPlanTest {
    private static final Instant NOW = Instant.parse("2026-03-10T10:30:20Z");

    private static Instant next(String schedule, String after) {
        return CronSchedule.parse(schedule, ZoneOffset.UTC)
                .next(Instant.parse(after))
                .orElseThrow();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "* * * * *|2026-03-10T10:30:00Z|2026-03-10T10:31:00Z",
                "*/15 * * * *|2026-03-10T10:30:00Z|2026-03-10T10:45:00Z",
                "0 3 * * *|2026-03-10T10:30:00Z|2026-03-11T03:00:00Z",
                "5-7,30 10 * * *|2026-03-10T10:06:30Z|2026-03-10T10:07:00Z",
                "0 0 31 * *|2026-04-01T00:00:00Z|2026-05-31T00:00:00Z",
                "0 0 13 * fri|2026-03-10T00:00:00Z|2026-03-13T00:00:00Z",
                "0 0 1 * mon|2026-03-10T00:00:00Z|2026-03-16T00:00:00Z",
                "0 0 29 feb ?|2026-03-10T00:00:00Z|2028-02-29T00:00:00Z",
                "@hourly|2026-03-10T10:30:00Z|2026-03-10T11:00:00Z",
                "@every 90s|2026-03-10T10:30:00Z|2026-03-10T10:31:30Z"
            })
    void schedulesHaveTheirNextTime(String schedule, String after, String expected) {
        assertThat(next(schedule, after)).isEqualTo(expected);
    }

    @Test
    void zonesCount() {
        assertThat(CronSchedule.parse("0 9 * * *", ZoneId.of("Asia/Tokyo")).next(NOW))
                .contains(Instant.parse("2026-03-11T00:00:00Z"));
    }

    @Test
    void whatIsNoScheduleIsRefused() {
        assertThatThrownBy(() -> next("* * * *", "2026-03-10T10:30:00Z")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> next("60 * * * *", "2026-03-10T10:30:00Z"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static CronJobBuilder cronJob() {
        return new CronJobBuilder()
                .withNewMetadata()
                .withName("c")
                .withNamespace("n")
                .withUid("u")
                .withCreationTimestamp("2026-03-10T10:00:00Z")
                .endMetadata()
                .withNewSpec()
                .withSchedule("*/10 * * * *")
                .withNewJobTemplate()
                .withNewSpec()
                .endSpec()
                .endJobTemplate()
                .endSpec();
    }

    @Test
    void theLatestTimeThatWasMissedIsDue() {
        CronSchedule schedule = CronSchedule.parse("*/10 * * * *", ZoneOffset.UTC);
        CronJobPlan.Times times = CronJobPlan.times(cronJob().build(), schedule, NOW);
        assertThat(times.due()).contains(Instant.parse("2026-03-10T10:30:00Z"));
        assertThat(times.next()).contains(Instant.parse("2026-03-10T10:40:00Z"));
        CronJobPlan.Times done = CronJobPlan.times(
                cronJob()
                        .withNewStatus()
                        .withLastScheduleTime("2026-03-10T10:30:00Z")
                        .endStatus()
                        .build(),
                schedule,
                NOW);
        assertThat(done.due()).isEmpty();
    }

    @Test
    void aTimeThatIsTooLongAgoIsLeftOut() {
        var bounded =
                cronJob().editSpec().withStartingDeadlineSeconds(10L).endSpec().build();
        CronSchedule schedule = CronSchedule.parse("*/10 * * * *", ZoneOffset.UTC);
        assertThat(CronJobPlan.times(bounded, schedule, NOW).due()).isEmpty();
        assertThat(CronJobPlan.tooLate(bounded, NOW.minusSeconds(11), NOW)).isTrue();
    }

    @Test
    void manyMissedTimesAreCountedQuicklyAndTold() {
        var old = cronJob()
                .editMetadata()
                .withCreationTimestamp("2016-01-01T00:00:00Z")
                .endMetadata()
                .build();
        CronJobPlan.Times times = CronJobPlan.times(old, CronSchedule.parse("* * * * *", ZoneOffset.UTC), NOW);
        assertThat(times.tooMany()).isTrue();
        assertThat(times.due()).contains(Instant.parse("2026-03-10T10:30:00Z"));
    }

    @Test
    void jobsAreNamedAfterTheirMinute() {
        Job job = CronJobPlan.job(cronJob().build(), Instant.parse("2026-03-10T10:30:00Z"));
        assertThat(job.getMetadata().getName()).isEqualTo("c-29552310");
        assertThat(job.getMetadata().getAnnotations()).containsEntry(CronJobPlan.SCHEDULED, "2026-03-10T10:30:00Z");
    }

    private static Job ended(String name, String start, String condition) {
        return new JobBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .withNewStatus()
                .withStartTime(start)
                .addNewCondition()
                .withType(condition)
                .withStatus("True")
                .endCondition()
                .endStatus()
                .build();
    }

    @Test
    void theOldestGoFirst() {
        List<Job> jobs = List.of(
                ended("b", "2026-03-10T10:20:00Z", "Complete"),
                ended("a", "2026-03-10T10:10:00Z", "Complete"),
                ended("f", "2026-03-10T10:00:00Z", "Failed"));
        assertThat(CronJobPlan.surplus(jobs, "Complete", 1))
                .extracting(j -> j.getMetadata().getName())
                .containsExactly("a");
        assertThat(CronJobPlan.surplus(jobs, "Failed", 1)).isEmpty();
    }
}
