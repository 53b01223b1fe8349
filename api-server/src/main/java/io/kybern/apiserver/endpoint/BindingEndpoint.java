package io.kybern.apiserver.endpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.error.ApiException;
import io.kybern.apiserver.error.Reason;
import io.kybern.apiserver.http.ApiResponse;
import io.kybern.apiserver.negotiation.Representation;
import io.kybern.apiserver.registry.Resource;
import io.kybern.crd.field.FieldError;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.resource.GroupResource;
import io.kybern.crd.resource.GroupVersionKind;
import io.kybern.crd.resource.Trees;
import java.time.InstantSource;
import java.util.stream.Collectors;

/** {@code pods/binding} and {@code bindings}: gives a pod its node. Source: {@code BindingREST} of registry/core/pod. */
public final class BindingEndpoint implements SpecialEndpoint {
    private static final GroupResource PODS = new GroupResource("", "pods");

    private final AnsweredKind kind = new AnsweredKind(new GroupVersionKind("", "v1", "Binding"));
    private final CachedObjects objects;
    private final SubjectAdmission admission;
    private final InstantSource clock;

    public BindingEndpoint(CachedObjects objects, SubjectAdmission admission, InstantSource clock) {
        this.objects = objects;
        this.admission = admission;
        this.clock = clock;
    }

    @Override
    public ApiResponse serve(SpecialCall call) {
        Representation form = kind.negotiate(call.request());
        WriteOptions options = WriteOptions.parse(call.request(), WriteOptions.Kind.CREATE, false);
        ObjectNode binding = kind.read(call, options);
        Resource pods = objects.resource(PODS);
        Resource resource = call.stored().orElseGet(() -> pods.as(call.definition(), call.version(), kind.codec()));
        SubjectAdmission.Creation creation = admission.create(call, resource, kind.kind(), binding, options);
        String name = Trees.text(binding, "metadata", "name");
        if (!call.info().name().isEmpty() && !call.info().name().equals(name)) {
            throw ApiException.badRequest("name in URL does not match name in Binding object");
        }
        validate(binding);
        creation.validate();
        String namespace = call.info().namespace();
        StoredChange.apply(pods, namespace, name, options.dryRun(), pod -> bind(pods, pod, binding));
        return AnsweredKind.success(201, form);
    }

    /** Complaints are a plain 500, as the original has it. */
    private static void validate(ObjectNode binding) {
        FieldErrors errors = new FieldErrors();
        FieldPath target = FieldPath.of("target");
        String targetKind = Trees.text(binding, "target", "kind");
        if (!targetKind.isEmpty() && !targetKind.equals("Node")) {
            errors.add(
                    FieldError.Type.NOT_SUPPORTED,
                    target.child("kind"),
                    "Unsupported value: " + FieldErrors.quote(targetKind)
                            + ": supported values: \"Node\", \"<empty>\"");
        }
        if (Trees.text(binding, "target", "name").isEmpty()) {
            errors.required(target.child("name"), "");
        }
        if (!errors.isEmpty()) {
            String texts = errors.list().stream().map(FieldError::toString).collect(Collectors.joining(", "));
            throw ApiException.of(Reason.UNKNOWN, errors.size() == 1 ? texts : "[" + texts + "]");
        }
    }

    private ObjectNode bind(Resource pods, ObjectNode pod, ObjectNode binding) {
        String name = Trees.text(pod, "metadata", "name");
        preconditions(pods, pod, binding);
        if (pod.path("metadata").has("deletionTimestamp")) {
            throw conflict(name, "pod " + name + " is being deleted, cannot be assigned to a host");
        }
        String node = Trees.text(pod, "spec", "nodeName");
        if (!node.isEmpty()) {
            throw conflict(name, "pod " + name + " is already assigned to node " + FieldErrors.quote(node));
        }
        if (!pod.path("spec").path("schedulingGates").isEmpty()) {
            throw conflict(name, "pod " + name + " has non-empty .spec.schedulingGates");
        }
        Trees.object(pod, "spec").put("nodeName", Trees.text(binding, "target", "name"));
        Trees.object(pod, "status").remove("nominatedNodeName");
        for (String map : new String[] {"annotations", "labels"}) {
            if (binding.path("metadata").path(map) instanceof ObjectNode added && !added.isEmpty()) {
                Trees.object(Trees.object(pod, "metadata"), map).setAll(added);
            }
        }
        PodConditions.set(pod, PodConditions.condition("PodScheduled", "True"), clock.instant());
        return pod;
    }

    private static void preconditions(Resource pods, ObjectNode pod, ObjectNode binding) {
        for (String[] precondition : new String[][] {{"uid", "UID"}, {"resourceVersion", "ResourceVersion"}}) {
            String wanted = Trees.text(binding, "metadata", precondition[0]);
            String actual = Trees.text(pod, "metadata", precondition[0]);
            if (!wanted.isEmpty() && !wanted.equals(actual)) {
                String name = Trees.text(pod, "metadata", "name");
                String namespace = Trees.text(pod, "metadata", "namespace");
                throw ApiException.conflict(
                        PODS,
                        name,
                        "StorageError: invalid object, Code: 4, Key: " + pods.storagePath(namespace, name)
                                + ", ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: " + precondition[1]
                                + " in precondition: " + wanted + ", " + precondition[1] + " in object meta: "
                                + actual);
            }
        }
    }

    private static ApiException conflict(String name, String why) {
        return ApiException.conflict(new GroupResource("", "pods/binding"), name, why);
    }
}
