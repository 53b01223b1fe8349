package io.kybern.crd.resource;

import com.fasterxml.jackson.databind.JsonNode;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.name.Names;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Conditions of the common kind ({@code meta/v1.Condition}). Source: {@code apimachinery/pkg/apis/meta/v1/validation}. */
public final class ConditionRules {
    private static final List<String> STATUSES = List.of("False", "True", "Unknown");
    private static final String REASON_FORM = "[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?";
    private static final Pattern REASON = Pattern.compile(REASON_FORM);
    private static final int MAX_REASON_BYTES = 1024;
    private static final int MAX_MESSAGE_BYTES = 32 * 1024;

    private ConditionRules() {}

    public static void validate(JsonNode conditions, FieldPath path, FieldErrors errors) {
        Set<String> types = new HashSet<>();
        for (int i = 0; i < conditions.size(); i++) {
            String type = Trees.text(conditions.get(i), "type");
            if (!types.add(type)) {
                errors.duplicate(path.index(i).child("type"), type);
            }
            condition(conditions.get(i), path.index(i), errors);
        }
    }

    private static void condition(JsonNode condition, FieldPath path, FieldErrors errors) {
        String type = Trees.text(condition, "type");
        errors.invalidEach(path.child("type"), type, Names.qualifiedName(type));
        String status = Trees.text(condition, "status");
        if (!STATUSES.contains(status)) {
            errors.notSupported(path.child("status"), status, STATUSES);
        }
        long generation = condition.path("observedGeneration").asLong();
        if (generation < 0) {
            errors.invalid(path.child("observedGeneration"), generation, "must be greater than or equal to zero");
        }
        if (Trees.text(condition, "lastTransitionTime").isEmpty()) {
            errors.required(path.child("lastTransitionTime"), "");
        }
        reason(Trees.text(condition, "reason"), path.child("reason"), errors);
        if (Names.bytes(Trees.text(condition, "message")) > MAX_MESSAGE_BYTES) {
            errors.tooLong(path.child("message"), MAX_MESSAGE_BYTES);
        }
    }

    private static void reason(String reason, FieldPath path, FieldErrors errors) {
        if (reason.isEmpty()) {
            errors.required(path, "");
            return;
        }
        if (!REASON.matcher(reason).matches()) {
            errors.invalid(
                    path,
                    reason,
                    Names.pattern(
                            "a condition reason must start with alphabetic character, optionally followed by a string of"
                                    + " alphanumeric characters or '_,:', and must end with an alphanumeric character or"
                                    + " '_'",
                            REASON_FORM,
                            "my_name",
                            "MY_NAME",
                            "MyName",
                            "ReasonA,ReasonB",
                            "ReasonA:ReasonB"));
        }
        if (Names.bytes(reason) > MAX_REASON_BYTES) {
            errors.tooLong(path, MAX_REASON_BYTES);
        }
    }
}
