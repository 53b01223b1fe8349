package io.kybern.apiserver.registry.batch;

import static io.kybern.crd.resource.Trees.defaultBoolean;
import static io.kybern.crd.resource.Trees.defaultNumber;
import static io.kybern.crd.resource.Trees.defaultPointer;
import static io.kybern.crd.resource.Trees.defaultText;
import static io.kybern.crd.resource.Trees.number;
import static io.kybern.crd.resource.Trees.object;
import static io.kybern.crd.resource.Trees.objects;
import static io.kybern.crd.resource.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.registry.podspec.PodSpecDefaults;
import io.kybern.apiserver.registry.podspec.PodWarnings;
import java.util.ArrayList;
import java.util.List;

/** Defaults and warnings of job specs, alone or in a CronJob. */
final class JobDefaults {
    private static final long MANY_COMPLETIONS = 100_000;
    private static final long MUCH_PARALLELISM = 10_000;

    private JobDefaults() {}

    /** Defaults of a Job's spec. */
    static void spec(ObjectNode spec) {
        if (!spec.has("completions") && !spec.has("parallelism")) {
            spec.put("completions", 1L);
        }
        defaultNumber(spec, "parallelism", 1);
        defaultNumber(spec, "backoffLimit", spec.has("backoffLimitPerIndex") ? Integer.MAX_VALUE : 6);
        defaultPointer(spec, "completionMode", "NonIndexed");
        defaultBoolean(spec, "suspend", false);
        defaultPointer(spec, "podReplacementPolicy", spec.has("podFailurePolicy") ? "Failed" : "TerminatingOrFailed");
        defaultBoolean(spec, "manualSelector", false);
        template(spec);
    }

    /** Defaults of parts that also the job spec inside a CronJob has. */
    static void template(ObjectNode spec) {
        for (ObjectNode rule : objects(spec.path("podFailurePolicy").path("rules"))) {
            objects(rule.path("onPodConditions")).forEach(pattern -> defaultText(pattern, "status", "True"));
        }
        PodSpecDefaults.template(object(spec, "template"));
    }

    static List<String> warnings(JsonNode spec, String path) {
        List<String> warnings = new ArrayList<>();
        if (text(spec, "completionMode").equals("Indexed")
                && number(spec, "completions") > MANY_COMPLETIONS
                && number(spec, "parallelism") > MUCH_PARALLELISM) {
            warnings.add(
                    "In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4,"
                            + " Kubernetes might not be able to track completedIndexes when a big number of indexes fail");
        }
        warnings.addAll(PodWarnings.ofTemplate(spec.path("template"), path + ".template"));
        return warnings;
    }
}
