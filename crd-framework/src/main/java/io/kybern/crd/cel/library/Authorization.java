package io.kybern.crd.cel.library;

import static io.kybern.crd.cel.library.Overload.member;

import io.kybern.crd.cel.cost.CallCosts;
import io.kybern.crd.cel.type.CelType;
import io.kybern.crd.cel.value.CelError;
import io.kybern.crd.cel.value.CelObject;
import io.kybern.crd.name.Names;
import java.util.List;

/** Asks what a user may do: {@code authorizer.group('').resource('pods').namespace('x').check('create').allowed()}. */
public final class Authorization {
    public static final CelType AUTHORIZER = CelType.struct("kubernetes.authorization.Authorizer");
    public static final CelType RESOURCE_CHECK = CelType.struct("kubernetes.authorization.ResourceCheck");

    private static final CelType PATH_CHECK = CelType.struct("kubernetes.authorization.PathCheck");
    private static final CelType GROUP_CHECK = CelType.struct("kubernetes.authorization.GroupCheck");
    private static final CelType DECISION = CelType.struct("kubernetes.authorization.Decision");
    private static final CelType TEXT = CelType.STRING;
    private static final long CHECK_COST = 350_000;

    private Authorization() {}

    /** Who is asked; a server has one. */
    public interface Authorizer {
        Answer path(Subject subject, String path, String verb);

        Answer resource(Subject subject, Target target, String verb);
    }

    /** @param error empty: there was none */
    public record Answer(boolean allowed, String reason, String error) {}

    /** Whose rights are asked for: the user of the request, or a service account of this name. */
    public record Subject(String serviceAccountNamespace, String serviceAccountName) {
        public static final Subject REQUESTER = new Subject("", "");

        public boolean isRequester() {
            return serviceAccountName.isEmpty();
        }
    }

    /** What is asked for. */
    public record Target(
            String group,
            String resource,
            String subresource,
            String namespace,
            String name,
            String fieldSelector,
            String labelSelector) {}

    /** The variable {@code authorizer}. */
    public static Object value(Authorizer authorizer) {
        return new Check(AUTHORIZER, authorizer, Subject.REQUESTER, "", EMPTY);
    }

    /** The variable {@code authorizer.requestResource}. */
    public static Object value(Authorizer authorizer, Target target) {
        return new Check(RESOURCE_CHECK, authorizer, Subject.REQUESTER, "", target);
    }

    private static final Target EMPTY = new Target("", "", "", "", "", "", "");

    /** A question as far as it has been put. */
    private record Check(CelType type, Authorizer authorizer, Subject subject, String path, Target target)
            implements CelObject {
        Check with(CelType type, Target target) {
            return new Check(type, authorizer, subject, path, target);
        }
    }

    private record Decision(Answer answer) implements CelObject {
        @Override
        public CelType type() {
            return DECISION;
        }
    }

    static List<Overload> overloads() {
        return List.of(
                member("path", "authorizer_path", PATH_CHECK, AUTHORIZER, TEXT)
                        .combines((c, path) -> path((Check) c, (String) path)),
                member("group", "authorizer_group", GROUP_CHECK, AUTHORIZER, TEXT)
                        .combines((c, g) -> set(c, GROUP_CHECK, new Target((String) g, "", "", "", "", "", ""))),
                member("serviceAccount", "authorizer_serviceaccount", AUTHORIZER, AUTHORIZER, TEXT, TEXT)
                        .does(a -> serviceAccount((Check) a[0], (String) a[1], (String) a[2])),
                member("resource", "groupcheck_resource", RESOURCE_CHECK, GROUP_CHECK, TEXT)
                        .combines((c, r) -> resource((Check) c, (String) r)),
                step(
                        "subresource",
                        "resourcecheck_subresource",
                        (t, s) -> new Target(
                                t.group, t.resource, s, t.namespace, t.name, t.fieldSelector, t.labelSelector)),
                step(
                        "namespace",
                        "resourcecheck_namespace",
                        (t, s) -> new Target(
                                t.group, t.resource, t.subresource, s, t.name, t.fieldSelector, t.labelSelector)),
                step(
                        "name",
                        "resourcecheck_name",
                        (t, s) -> new Target(
                                t.group, t.resource, t.subresource, t.namespace, s, t.fieldSelector, t.labelSelector)),
                step(
                        "fieldSelector",
                        "authorizer_fieldselector",
                        (t, s) -> new Target(
                                t.group, t.resource, t.subresource, t.namespace, t.name, s, t.labelSelector)),
                step(
                        "labelSelector",
                        "authorizer_labelselector",
                        (t, s) -> new Target(
                                t.group, t.resource, t.subresource, t.namespace, t.name, t.fieldSelector, s)),
                member("check", "pathcheck_check", DECISION, PATH_CHECK, TEXT)
                        .combines((c, verb) -> new Decision(
                                ((Check) c).authorizer.path(((Check) c).subject, ((Check) c).path, (String) verb)))
                        .costs(CallCosts.fixed(CHECK_COST)),
                member("check", "resourcecheck_check", DECISION, RESOURCE_CHECK, TEXT)
                        .combines((c, verb) -> new Decision(((Check) c)
                                .authorizer.resource(((Check) c).subject, ((Check) c).target, (String) verb)))
                        .costs(CallCosts.fixed(CHECK_COST)),
                member("errored", "decision_errored", CelType.BOOL, DECISION)
                        .maps(d -> !answer(d).error().isEmpty()),
                member("error", "decision_error", TEXT, DECISION)
                        .maps(d -> answer(d).error()),
                member("allowed", "decision_allowed", CelType.BOOL, DECISION)
                        .maps(d -> answer(d).allowed()),
                member("reason", "decision_reason", TEXT, DECISION)
                        .maps(d -> answer(d).reason()));
    }

    private interface Step {
        Target with(Target target, String value);
    }

    private static Overload step(String function, String id, Step step) {
        return member(function, id, RESOURCE_CHECK, RESOURCE_CHECK, TEXT)
                .combines((c, value) -> set(c, RESOURCE_CHECK, step.with(((Check) c).target, (String) value)));
    }

    private static Object set(Object check, CelType type, Target target) {
        return ((Check) check).with(type, target);
    }

    private static Answer answer(Object decision) {
        return ((Decision) decision).answer();
    }

    private static Object path(Check check, String path) {
        return path.isBlank()
                ? new CelError("path must not be empty")
                : new Check(PATH_CHECK, check.authorizer, check.subject, path, EMPTY);
    }

    private static Object resource(Check check, String resource) {
        return resource.isBlank()
                ? new CelError("resource must not be empty")
                : check.with(RESOURCE_CHECK, new Target(check.target.group, resource, "", "", "", "", ""));
    }

    private static Object serviceAccount(Check check, String namespace, String name) {
        if (!Names.isSubdomain(name)) {
            return new CelError("Invalid service account name");
        }
        if (!Names.isLabel(namespace)) {
            return new CelError("Invalid service account namespace");
        }
        return new Check(AUTHORIZER, check.authorizer, new Subject(namespace, name), "", EMPTY);
    }
}
