package io.kybern.apiserver.registry.admissionregistration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.label.LabelSelectors;
import io.kybern.crd.name.Names;
import io.kybern.crd.resource.Columns;
import io.kybern.crd.resource.FieldRules;
import io.kybern.crd.resource.GroupVersionKind;
import io.kybern.crd.resource.TableColumn;
import io.kybern.crd.resource.Trees;
import java.util.List;
import java.util.Locale;

/** What both admission policies and their bindings have in common. */
final class AdmissionPolicies {
    static final FieldPath SPEC = FieldPath.of("spec");

    private AdmissionPolicies() {}

    static void applyDefaults(ObjectNode object) {
        ObjectNode spec = Trees.object(object, "spec");
        Trees.defaultPointer(spec, "failurePolicy", "Fail");
        MatchRules.applyResourceDefaults(spec.path("matchConstraints"));
    }

    /** The parts of a policy before its own expressions, which may refer to the variables that are declared here. */
    static PolicyExpressions validate(JsonNode spec, FieldErrors errors) {
        PolicyExpressions expressions =
                new PolicyExpressions(spec.path("paramKind").isObject());
        FieldRules.supported(
                SPEC.child("failurePolicy"), spec.path("failurePolicy"), List.of("Fail", "Ignore"), errors);
        paramKind(spec.path("paramKind"), SPEC.child("paramKind"), errors);
        JsonNode constraints = spec.path("matchConstraints");
        FieldPath path = SPEC.child("matchConstraints");
        if (!constraints.isObject()) {
            errors.required(path, "");
        } else {
            MatchRules.validateResources(constraints, path, errors);
            if (constraints.path("resourceRules").isEmpty()) {
                errors.required(path.child("resourceRules"), "");
            }
        }
        MatchRules.conditions(spec.path("matchConditions"), SPEC.child("matchConditions"), expressions, errors);
        variables(spec.path("variables"), expressions, errors);
        return expressions;
    }

    private static void paramKind(JsonNode kind, FieldPath path, FieldErrors errors) {
        if (!kind.isObject()) {
            return;
        }
        String version = Trees.text(kind, "apiVersion");
        if (version.isEmpty()) {
            errors.required(path.child("apiVersion"), "");
        } else {
            GroupVersionKind parsed = GroupVersionKind.of(version, "");
            if (!parsed.group().isEmpty()) {
                errors.invalidEach(path.child("apiVersion"), parsed.group(), Names.dnsSubdomain(parsed.group()));
            }
            errors.invalidEach(path.child("apiVersion"), parsed.version(), Names.dns1035Label(parsed.version()));
        }
        String name = Trees.text(kind, "kind");
        if (name.isEmpty()) {
            errors.required(path.child("kind"), "");
        } else {
            String lower = name.toLowerCase(Locale.ROOT);
            List<String> complaints = Names.dns1035Label(lower);
            if (!complaints.isEmpty()) {
                errors.invalid(
                        path.child("kind"),
                        name,
                        "may have mixed case, but should otherwise match: " + String.join(",", complaints));
            }
        }
    }

    private static void variables(JsonNode variables, PolicyExpressions expressions, FieldErrors errors) {
        for (int i = 0; i < variables.size(); i++) {
            FieldPath path = SPEC.child("variables").index(i);
            String name = Trees.text(variables.get(i), "name");
            if (name.isEmpty()) {
                errors.required(path.child("name"), "name is not specified");
            } else if (!Names.cIdentifier(name).isEmpty()) {
                errors.invalid(path.child("name"), name, "must be a valid CEL identifier");
            }
            if (Trees.text(variables.get(i), "expression").isBlank()) {
                errors.required(path.child("expression"), "expression is not specified");
            }
            expressions.declare(
                    name,
                    expressions.check(
                            variables.get(i).path("expression"),
                            PolicyExpressions.ANY,
                            path.child("expression"),
                            errors));
        }
    }

    static void validateBinding(JsonNode spec, FieldErrors errors) {
        String policy = Trees.text(spec, "policyName");
        if (policy.isEmpty()) {
            errors.required(SPEC.child("policyName"), "");
        } else {
            errors.invalidEach(SPEC.child("policyName"), policy, Names.dnsSubdomain(policy));
        }
        paramRef(spec.path("paramRef"), SPEC.child("paramRef"), errors);
        if (spec.path("matchResources").isObject()) {
            MatchRules.validateResources(spec.path("matchResources"), SPEC.child("matchResources"), errors);
        }
    }

    private static void paramRef(JsonNode reference, FieldPath path, FieldErrors errors) {
        if (!reference.isObject()) {
            return;
        }
        String name = Trees.text(reference, "name");
        boolean selects = reference.path("selector").isObject();
        if (!name.isEmpty()) {
            errors.invalidEach(path.child("name"), name, Names.pathSegment(name));
            if (selects) {
                errors.forbidden(path.child("name"), "name and selector are mutually exclusive");
            }
        }
        if (selects) {
            LabelSelectors.validate(reference.path("selector"), path.child("selector"), errors);
            if (!name.isEmpty()) {
                errors.forbidden(path.child("selector"), "name and selector are mutually exclusive");
            }
        }
        if (name.isEmpty() && !selects) {
            errors.required(path, "one of name or selector must be specified");
        }
        FieldRules.required(
                path.child("parameterNotFoundAction"),
                reference.path("parameterNotFoundAction"),
                List.of("Deny", "Allow"),
                errors);
    }

    static TableColumn paramKindColumn() {
        return Columns.string("ParamKind", 0, o -> {
            JsonNode kind = o.path("spec").path("paramKind");
            return kind.isObject() ? Trees.text(kind, "apiVersion") + "/" + Trees.text(kind, "kind") : "<unset>";
        });
    }

    static List<TableColumn> bindingColumns() {
        return List.of(
                Columns.NAME,
                Columns.string("PolicyName", 0, o -> Trees.text(o.path("spec"), "policyName")),
                Columns.string("ParamRef", 0, o -> paramRef(o.path("spec").path("paramRef"))),
                Columns.AGE);
    }

    private static String paramRef(JsonNode reference) {
        String name = Trees.text(reference, "name");
        String namespace = Trees.text(reference, "namespace");
        if (!name.isEmpty()) {
            return (namespace.isEmpty() ? "*" : namespace) + "/" + name;
        }
        return reference.path("selector").isObject() ? LabelSelectors.format(reference.path("selector")) : "<unset>";
    }
}
