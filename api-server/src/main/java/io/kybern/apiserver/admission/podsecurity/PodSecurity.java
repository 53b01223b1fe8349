package io.kybern.apiserver.admission.podsecurity;

import static io.kybern.crd.resource.Trees.at;
import static io.kybern.crd.resource.Trees.flag;
import static io.kybern.crd.resource.Trees.objects;
import static io.kybern.crd.resource.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.admission.AdmissionPlugin;
import io.kybern.apiserver.admission.AdmissionRequest;
import io.kybern.apiserver.admission.AdmissionRequest.Operation;
import io.kybern.apiserver.admission.ObjectReader;
import io.kybern.apiserver.admission.podsecurity.SecurityStandard.Level;
import io.kybern.apiserver.error.ApiException;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.resource.GroupResource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Refuses pods that offend the standard of their namespace, and warns of those and of templates that offend another. */
public final class PodSecurity implements AdmissionPlugin {
    private static final GroupResource NAMESPACES = new GroupResource("", "namespaces");
    private static final GroupResource PODS = new GroupResource("", "pods");
    private static final int MAX_PODS = 3000;
    private static final Set<String> OTHER_SUBRESOURCES =
            Set.of("exec", "attach", "binding", "eviction", "log", "portforward", "proxy", "status");
    private static final String[] TEMPLATE = {"template"};
    private static final String[] SPEC_TEMPLATE = {"spec", "template"};
    /** Where the kinds that make pods keep their template. */
    private static final Map<GroupResource, String[]> TEMPLATES = Map.of(
            new GroupResource("", "replicationcontrollers"), SPEC_TEMPLATE,
            new GroupResource("", "podtemplates"), TEMPLATE,
            new GroupResource("apps", "replicasets"), SPEC_TEMPLATE,
            new GroupResource("apps", "deployments"), SPEC_TEMPLATE,
            new GroupResource("apps", "statefulsets"), SPEC_TEMPLATE,
            new GroupResource("apps", "daemonsets"), SPEC_TEMPLATE,
            new GroupResource("batch", "jobs"), SPEC_TEMPLATE,
            new GroupResource("batch", "cronjobs"), new String[] {"spec", "jobTemplate", "spec", "template"});

    private final ObjectReader objects;

    public PodSecurity(ObjectReader objects) {
        this.objects = objects;
    }

    @Override
    public String name() {
        return "PodSecurity";
    }

    @Override
    public boolean handles(AdmissionRequest request) {
        boolean write = request.operation() == Operation.CREATE || request.operation() == Operation.UPDATE;
        if (!write || request.object().isEmpty()) {
            return false;
        }
        return request.resource().equals(PODS)
                ? !OTHER_SUBRESOURCES.contains(request.subresource())
                : request.subresource().isEmpty()
                        && (request.resource().equals(NAMESPACES) || TEMPLATES.containsKey(request.resource()));
    }

    @Override
    public void validate(AdmissionRequest request) {
        ObjectNode object = request.object().orElseThrow();
        if (request.resource().equals(NAMESPACES)) {
            namespace(request, object);
        } else if (request.resource().equals(PODS)) {
            pod(request, object);
        } else {
            template(request, at(object, TEMPLATES.getOrDefault(request.resource(), SPEC_TEMPLATE)));
        }
    }

    private NamespacePolicy policy(AdmissionRequest request) {
        return NamespacePolicy.of(objects.get(NAMESPACES, "", request.namespace())
                .orElseThrow(() ->
                        ApiException.internal("failed to lookup namespace " + FieldErrors.quote(request.namespace()))));
    }

    private void pod(AdmissionRequest request, ObjectNode pod) {
        if (request.oldObject().filter(old -> !isSignificant(pod, old)).isPresent()) {
            return;
        }
        NamespacePolicy policy = policy(request);
        SecuredPod secured = new SecuredPod(pod.path("metadata"), pod.path("spec"));
        List<Finding> offences = SecurityChecks.evaluate(policy.enforce(), secured);
        if (!offences.isEmpty()) {
            throw ApiException.forbidden(
                    PODS,
                    request.name(),
                    "violates PodSecurity " + FieldErrors.quote(policy.enforce().toString()) + ": "
                            + Finding.details(offences));
        }
        warn(request, policy.warn(), secured);
    }

    private void template(AdmissionRequest request, JsonNode template) {
        if (template.isObject()) {
            warn(request, policy(request).warn(), new SecuredPod(template.path("metadata"), template.path("spec")));
        }
    }

    private static void warn(AdmissionRequest request, SecurityStandard standard, SecuredPod pod) {
        List<Finding> offences = SecurityChecks.evaluate(standard, pod);
        if (!offences.isEmpty()) {
            request.warnings()
                    .accept("would violate PodSecurity " + FieldErrors.quote(standard.toString()) + ": "
                            + Finding.details(offences));
        }
    }

    /** Whether an update brings other images or containers: of what else can change, no standard speaks. */
    private static boolean isSignificant(ObjectNode pod, ObjectNode old) {
        return !sameImages(pod, old, "containers")
                || !sameImages(pod, old, "initContainers")
                || !sameEphemeral(pod, old);
    }

    private static boolean sameImages(ObjectNode pod, ObjectNode old, String list) {
        return imagesOf(pod, list).equals(imagesOf(old, list));
    }

    private static List<String> imagesOf(ObjectNode pod, String list) {
        return objects(pod.path("spec").path(list)).stream()
                .map(c -> text(c, "image"))
                .toList();
    }

    private static boolean sameEphemeral(ObjectNode pod, ObjectNode old) {
        Map<String, String> before = new TreeMap<>();
        objects(old.path("spec").path("ephemeralContainers"))
                .forEach(c -> before.put(text(c, "name"), text(c, "image")));
        return objects(pod.path("spec").path("ephemeralContainers")).stream()
                .allMatch(c -> text(c, "image").equals(before.get(text(c, "name"))));
    }

    // ---- namespaces

    private void namespace(AdmissionRequest request, ObjectNode namespace) {
        NamespacePolicy policy = NamespacePolicy.of(namespace);
        Optional<NamespacePolicy> old = request.oldObject().map(NamespacePolicy::of);
        boolean newErrors = !policy.errors().isEmpty()
                && old.filter(o -> o.errors().equals(policy.errors())).isEmpty();
        if (newErrors) {
            throw ApiException.invalid("", "Namespace", request.name(), policy.errors());
        }
        if (old.isPresent() && tightens(old.get().enforce(), policy.enforce())) {
            warnOfExisting(request, policy.enforce());
        }
    }

    private static boolean tightens(SecurityStandard old, SecurityStandard now) {
        boolean relaxed = now.version().equals(old.version()) && now.level().compareTo(old.level()) < 1;
        return !now.equals(old) && now.level() != Level.PRIVILEGED && !relaxed;
    }

    private void warnOfExisting(AdmissionRequest request, SecurityStandard standard) {
        List<ObjectNode> pods = prioritized(objects.list(PODS, request.name()));
        Map<String, List<String>> namesByReason = new TreeMap<>();
        for (ObjectNode pod : pods.subList(0, Math.min(pods.size(), MAX_PODS))) {
            List<Finding> offences =
                    SecurityChecks.evaluate(standard, new SecuredPod(pod.path("metadata"), pod.path("spec")));
            if (!offences.isEmpty()) {
                namesByReason
                        .computeIfAbsent(Finding.reasons(offences), r -> new ArrayList<>())
                        .add(text(pod, "metadata", "name"));
            }
        }
        if (pods.size() > MAX_PODS) {
            request.warnings()
                    .accept("new PodSecurity enforce level only checked against the first " + MAX_PODS + " of "
                            + pods.size() + " existing pods");
        }
        if (!namesByReason.isEmpty()) {
            request.warnings()
                    .accept("existing pods in namespace " + FieldErrors.quote(request.name())
                            + " violate the new PodSecurity enforce level " + FieldErrors.quote(standard.toString()));
        }
        namesByReason.entrySet().stream()
                .map(e -> first(e.getValue()) + ": " + e.getKey())
                .sorted()
                .forEach(request.warnings());
    }

    private static String first(List<String> names) {
        String first = names.stream().sorted().findFirst().orElseThrow();
        return switch (names.size()) {
            case 1 -> first;
            case 2 -> first + " (and 1 other pod)";
            default -> first + " (and " + (names.size() - 1) + " other pods)";
        };
    }

    /** One pod of each controller first: the others look the same. */
    private static List<ObjectNode> prioritized(List<ObjectNode> pods) {
        List<ObjectNode> first = new ArrayList<>();
        List<ObjectNode> others = new ArrayList<>();
        Set<String> controllers = new HashSet<>();
        for (ObjectNode pod : pods) {
            Optional<String> controller = objects(at(pod, "metadata", "ownerReferences")).stream()
                    .filter(o -> flag(o, "controller"))
                    .map(o -> text(o, "uid"))
                    .findFirst();
            boolean seen = controller.isPresent() && !controllers.add(controller.get());
            (seen ? others : first).add(pod);
        }
        first.addAll(others);
        return first;
    }
}
