package io.kybern.operators.controller.job;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.kybern.operators.controller.PodTemplates;
import java.util.ArrayList;
import java.util.List;

/** Pods of Jobs. */
final class JobTemplates {
    private static final String INDEX_VARIABLE = "JOB_COMPLETION_INDEX";
    private static final int LONGEST_GENERATED_NAME = 58;

    private JobTemplates() {}

    /** @param index -1: of a Job without indexes */
    static Pod pod(Job job, int index) {
        PodBuilder pod = new PodBuilder(PodTemplates.pod(job, job.getSpec().getTemplate()))
                .editMetadata()
                .addToFinalizers(JobPods.FINALIZER)
                .endMetadata();
        if (index < 0) {
            return pod.build();
        }
        String name = job.getMetadata().getName();
        String suffix = "-" + index;
        String prefix = (name.length() + suffix.length() + 1 > LONGEST_GENERATED_NAME
                        ? name.substring(0, LONGEST_GENERATED_NAME - suffix.length() - 1)
                        : name)
                + suffix + "-";
        pod.editMetadata()
                .withGenerateName(prefix)
                .addToLabels(Indexes.ANNOTATION, Integer.toString(index))
                .addToAnnotations(Indexes.ANNOTATION, Integer.toString(index))
                .endMetadata();
        Pod built = pod.editSpec().withHostname(name + suffix).endSpec().build();
        return new PodBuilder(built)
                .editSpec()
                .withContainers(withIndex(built.getSpec().getContainers()))
                .withInitContainers(withIndex(built.getSpec().getInitContainers()))
                .endSpec()
                .build();
    }

    private static List<Container> withIndex(List<Container> containers) {
        List<Container> out = new ArrayList<>();
        for (Container container : containers) {
            boolean known =
                    container.getEnv().stream().anyMatch(v -> v.getName().equals(INDEX_VARIABLE));
            out.add(
                    known
                            ? container
                            : container
                                    .edit()
                                    .addToEnv(new EnvVarBuilder()
                                            .withName(INDEX_VARIABLE)
                                            .withNewValueFrom()
                                            .withNewFieldRef()
                                            .withFieldPath("metadata.annotations['" + Indexes.ANNOTATION + "']")
                                            .endFieldRef()
                                            .endValueFrom()
                                            .build())
                                    .build());
        }
        return out;
    }
}
