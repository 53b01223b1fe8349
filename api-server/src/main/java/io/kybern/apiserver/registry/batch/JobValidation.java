package io.kybern.apiserver.registry.batch;

import static io.kybern.crd.resource.Trees.at;
import static io.kybern.crd.resource.Trees.flag;
import static io.kybern.crd.resource.Trees.number;
import static io.kybern.crd.resource.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.registry.goform.InternalForm;
import io.kybern.apiserver.registry.podspec.PodTemplateValidation;
import io.kybern.apiserver.registry.podspec.WorkloadSpec;
import io.kybern.crd.field.FieldChecks;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.label.LabelSelectors;
import io.kybern.crd.name.Names;
import java.util.List;
import java.util.regex.Pattern;

/** Jobs and the job specs of CronJobs. Source: {@code pkg/apis/batch/validation}. */
final class JobValidation {
    static final String NAME = "batch.kubernetes.io/job-name";
    static final String LEGACY_NAME = "job-name";
    static final String UID = "batch.kubernetes.io/controller-uid";
    static final String LEGACY_UID = "controller-uid";

    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final long MANY_COMPLETIONS = 100_000;
    private static final long LIMIT_FOR_MANY = 10_000;
    private static final long INDEXED_LIMIT = 100_000;
    private static final Pattern URL_PATH = Pattern.compile("[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+");

    private JobValidation() {}

    static void validate(ObjectNode job, boolean prefixedLabels, FieldErrors errors) {
        JsonNode spec = job.path("spec");
        generatedSelector(job, prefixedLabels, errors);
        specWithSelector(spec, errors);
        if (text(spec, "completionMode").equals("Indexed") && number(spec, "completions") > 0) {
            String name = text(job, "metadata", "name");
            String last = name + "-" + (number(spec, "completions") - 1);
            if (!Names.dnsLabel(last).isEmpty()) {
                errors.invalid(
                        FieldPath.of("metadata", "name"),
                        name,
                        "will not able to create pod with invalid DNS label: " + last);
            }
        }
    }

    /** The spec of a job that is not in a CronJob; an update checks it twice. */
    static void specWithSelector(JsonNode spec, FieldErrors errors) {
        spec(spec, SPEC, errors);
        JsonNode selector = spec.path("selector");
        boolean usable = true;
        if (selector.isMissingNode()) {
            errors.required(SPEC.child("selector"), "");
        } else {
            int before = errors.size();
            LabelSelectors.validate(selector, SPEC.child("selector"), errors);
            usable = errors.size() == before;
        }
        if (usable) {
            WorkloadSpec.matchesTemplate(spec, SPEC, errors);
        }
    }

    private static void generatedSelector(ObjectNode job, boolean prefixedLabels, FieldErrors errors) {
        JsonNode spec = job.path("spec");
        if (flag(spec, "manualSelector") || !spec.has("selector")) {
            return;
        }
        String uid = text(job, "metadata", "uid");
        String name = text(job, "metadata", "name");
        ObjectNode expected = JsonNodeFactory.instance.objectNode();
        hasLabel(spec, LEGACY_UID, uid, expected, errors);
        hasLabel(spec, LEGACY_NAME, name, expected, errors);
        if (prefixedLabels) {
            hasLabel(spec, UID, uid, expected, errors);
            hasLabel(spec, NAME, name, expected, errors);
        }
        if (!LabelSelectors.matches(spec.path("selector"), expected)) {
            errors.invalid(SPEC.child("selector"), spec.path("selector"), "`selector` not auto-generated");
        }
    }

    private static void hasLabel(JsonNode spec, String key, String value, ObjectNode expected, FieldErrors errors) {
        FieldPath path =
                SPEC.child("template").child("metadata").child("labels").key(key);
        String actual = text(at(spec, "template", "metadata", "labels"), key);
        if (!at(spec, "template", "metadata", "labels").has(key)) {
            errors.required(path, "must be '" + value + "'");
        } else if (!actual.equals(value)) {
            errors.invalid(path, at(spec, "template", "metadata", "labels"), "must be '" + value + "'");
        }
        expected.put(key, value);
    }

    /** What holds for the spec of a job wherever it is. */
    static void spec(JsonNode spec, FieldPath path, FieldErrors errors) {
        WorkloadSpec.nonNegative(
                spec,
                path,
                errors,
                "parallelism",
                "completions",
                "activeDeadlineSeconds",
                "backoffLimit",
                "ttlSecondsAfterFinished",
                "backoffLimitPerIndex",
                "maxFailedIndexes");
        if (spec.has("maxFailedIndexes") && !spec.has("backoffLimitPerIndex")) {
            errors.required(path.child("backoffLimitPerIndex"), "when maxFailedIndexes is specified");
        }
        if (spec.has("managedBy")) {
            managedBy(text(spec, "managedBy"), path.child("managedBy"), errors);
        }
        completionMode(spec, path, errors);
        JobPolicyValidation.failurePolicy(spec, path.child("podFailurePolicy"), errors);
        if (spec.has("successPolicy")) {
            if (text(spec, "completionMode").equals("Indexed")) {
                JobPolicyValidation.successPolicy(spec, path.child("successPolicy"), errors);
            } else {
                errors.invalid(
                        path.child("successPolicy"),
                        InternalForm.of("batch.SuccessPolicy", spec.path("successPolicy")),
                        "requires indexed completion mode");
            }
        }
        if (spec.has("podReplacementPolicy")) {
            List<String> supported =
                    spec.has("podFailurePolicy") ? List.of("Failed") : List.of("Failed", "TerminatingOrFailed");
            FieldChecks.oneOf(
                    text(spec, "podReplacementPolicy"), supported, path.child("podReplacementPolicy"), errors);
        }
        PodTemplateValidation.validate(spec.path("template"), path.child("template"), errors);
        restartPolicy(spec, path.child("template").child("spec").child("restartPolicy"), errors);
    }

    private static void restartPolicy(JsonNode spec, FieldPath path, FieldErrors errors) {
        String policy = text(spec, "template", "spec", "restartPolicy");
        if (policy.isEmpty() || policy.equals("Always")) {
            errors.required(path, "valid values: \"OnFailure\", \"Never\"");
        } else if (!policy.equals("OnFailure") && !policy.equals("Never")) {
            errors.notSupported(path, policy, List.of("OnFailure", "Never"));
        } else if (spec.has("podFailurePolicy") && !policy.equals("Never")) {
            errors.invalid(path, policy, "only \"Never\" is supported when podFailurePolicy is specified");
        }
    }

    private static void managedBy(String value, FieldPath path, FieldErrors errors) {
        int slash = value.indexOf('/');
        if (value.isEmpty()) {
            errors.required(path, "");
        } else if (slash <= 0 || slash == value.length() - 1) {
            errors.invalid(path, value, "must be a domain-prefixed path (such as \"acme.io/foo\")");
        } else {
            FieldChecks.dnsSubdomain(value.substring(0, slash), path, errors);
            String rest = value.substring(slash + 1);
            if (!URL_PATH.matcher(rest).matches()) {
                errors.invalid(path, rest, Names.pattern("Invalid path", URL_PATH.pattern()));
            }
        }
        if (value.length() > 63) {
            errors.tooLong(path, 63);
        }
    }

    private static void completionMode(JsonNode spec, FieldPath path, FieldErrors errors) {
        String mode = text(spec, "completionMode");
        if (!mode.isEmpty()) {
            FieldChecks.oneOf(mode, List.of("NonIndexed", "Indexed"), path.child("completionMode"), errors);
        }
        if (mode.equals("Indexed")) {
            indexed(spec, path, errors);
        } else if (mode.isEmpty() || mode.equals("NonIndexed")) {
            for (String field : List.of("backoffLimitPerIndex", "maxFailedIndexes")) {
                if (spec.has(field)) {
                    errors.invalid(path.child(field), number(spec, field), "requires indexed completion mode");
                }
            }
        }
    }

    private static void indexed(JsonNode spec, FieldPath path, FieldErrors errors) {
        long parallelism = number(spec, "parallelism");
        long completions = number(spec, "completions");
        long failed = number(spec, "maxFailedIndexes");
        if (!spec.has("completions")) {
            errors.required(path.child("completions"), "when completion mode is Indexed");
        }
        if (parallelism > INDEXED_LIMIT) {
            errors.invalid(
                    path.child("parallelism"),
                    parallelism,
                    "must be less than or equal to 100000 when completion mode is Indexed");
        }
        if (spec.has("completions") && failed > completions) {
            errors.invalid(path.child("maxFailedIndexes"), failed, "must be less than or equal to completions");
        }
        if (failed > INDEXED_LIMIT) {
            errors.invalid(path.child("maxFailedIndexes"), failed, "must be less than or equal to 100000");
        }
        if (completions > MANY_COMPLETIONS && spec.has("backoffLimitPerIndex")) {
            String many = "must be less than or equal to 10000 when completions are above 100000 and used with backoff"
                    + " limit per index";
            if (!spec.has("maxFailedIndexes")) {
                errors.required(path.child("maxFailedIndexes"), "must be specified when completions is above 100000");
            }
            if (parallelism > LIMIT_FOR_MANY) {
                errors.invalid(path.child("parallelism"), parallelism, many);
            }
            if (failed > LIMIT_FOR_MANY) {
                errors.invalid(path.child("maxFailedIndexes"), failed, many);
            }
        }
    }
}
