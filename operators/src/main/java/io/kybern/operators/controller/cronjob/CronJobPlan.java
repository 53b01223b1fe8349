package io.kybern.operators.controller.cronjob;

import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.JobCondition;
import io.kybern.operators.controller.Owners;
import io.kybern.operators.controller.PodState;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** When a CronJob makes its next Job, and which Jobs it keeps. Pure. Source: {@code pkg/controller/cronjob}. */
final class CronJobPlan {
    static final String SCHEDULED = "batch.kubernetes.io/cronjob-scheduled-timestamp";
    private static final int TOO_MANY = 100;

    private CronJobPlan() {}

    /**
     * What the schedule says now.
     *
     * @param due the latest time that has come and is not done; empty: none
     * @param next the first time that is to come
     * @param tooMany whether very many times were missed: a clock may be wrong
     */
    record Times(Optional<Instant> due, Optional<Instant> next, boolean tooMany) {}

    static ZoneId zone(CronJob cronJob) throws DateTimeException {
        String zone = cronJob.getSpec().getTimeZone();
        return zone == null ? ZoneOffset.UTC : ZoneId.of(zone);
    }

    static Times times(CronJob cronJob, CronSchedule schedule, Instant now) {
        Instant earliest = PodState.createdAt(cronJob);
        if (cronJob.getStatus() != null && cronJob.getStatus().getLastScheduleTime() != null) {
            earliest = Instant.parse(cronJob.getStatus().getLastScheduleTime());
        }
        Long deadline = cronJob.getSpec().getStartingDeadlineSeconds();
        if (deadline != null && now.minusSeconds(deadline).isAfter(earliest)) {
            earliest = now.minusSeconds(deadline);
        }
        Optional<Instant> due = Optional.empty();
        int missed = 0;
        Optional<Instant> at = schedule.next(earliest);
        while (at.isPresent() && !at.get().isAfter(now)) {
            due = at;
            missed++;
            // Of years of minutes only the last matters.
            Instant from = missed > TOO_MANY ? now.minusSeconds(TOO_MANY * 60L) : at.get();
            at = schedule.next(from.isAfter(at.get()) ? from : at.get());
        }
        return new Times(due, at, missed > TOO_MANY && deadline == null);
    }

    static boolean tooLate(CronJob cronJob, Instant due, Instant now) {
        Long deadline = cronJob.getSpec().getStartingDeadlineSeconds();
        return deadline != null && due.plusSeconds(deadline).isBefore(now);
    }

    static String jobName(CronJob cronJob, Instant due) {
        return cronJob.getMetadata().getName() + "-" + due.getEpochSecond() / 60;
    }

    static Job job(CronJob cronJob, Instant due) {
        var template = cronJob.getSpec().getJobTemplate();
        var metadata =
                Optional.ofNullable(template.getMetadata()).orElseGet(io.fabric8.kubernetes.api.model.ObjectMeta::new);
        return new JobBuilder()
                .withNewMetadata()
                .withName(jobName(cronJob, due))
                .withNamespace(cronJob.getMetadata().getNamespace())
                .withLabels(metadata.getLabels())
                .withAnnotations(metadata.getAnnotations())
                .addToAnnotations(
                        SCHEDULED,
                        DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(
                                due.atZone(zone(cronJob)).toOffsetDateTime()))
                .withOwnerReferences(Owners.controllerReference(cronJob))
                .endMetadata()
                .withSpec(template.getSpec())
                .build();
    }

    static Optional<String> finished(Job job) {
        if (job.getStatus() == null || job.getStatus().getConditions() == null) {
            return Optional.empty();
        }
        return job.getStatus().getConditions().stream()
                .filter(c -> "True".equals(c.getStatus()))
                .map(JobCondition::getType)
                .filter(type -> type.equals("Complete") || type.equals("Failed"))
                .findFirst();
    }

    /** The oldest of those that have ended so, beyond what is kept. */
    static List<Job> surplus(List<Job> jobs, String ended, int kept) {
        List<Job> such = jobs.stream()
                .filter(job -> finished(job).filter(ended::equals).isPresent())
                .sorted(Comparator.comparing(CronJobPlan::startedAt)
                        .thenComparing(job -> job.getMetadata().getName()))
                .toList();
        return such.subList(0, Math.max(0, such.size() - kept));
    }

    private static Instant startedAt(Job job) {
        String time = job.getStatus() == null ? null : job.getStatus().getStartTime();
        return time == null ? PodState.createdAt(job) : Instant.parse(time);
    }
}
