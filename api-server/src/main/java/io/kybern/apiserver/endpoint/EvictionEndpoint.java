package io.kybern.apiserver.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.error.ApiException;
import io.kybern.apiserver.error.Reason;
import io.kybern.apiserver.http.ApiRequest;
import io.kybern.apiserver.http.ApiResponse;
import io.kybern.apiserver.http.RequestInfo;
import io.kybern.apiserver.negotiation.Representation;
import io.kybern.apiserver.registry.Resource;
import io.kybern.apiserver.storage.StoredObject;
import io.kybern.apiserver.wire.JsonTree;
import io.kybern.apiserver.wire.JsonWriter;
import io.kybern.crd.resource.GroupResource;
import io.kybern.crd.resource.GroupVersionKind;
import io.kybern.crd.resource.Trees;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** {@code pods/eviction}: deletes a pod if its disruption budget lets it go. */
public final class EvictionEndpoint implements SpecialEndpoint {
    private static final Set<String> UNGUARDED = Set.of("Succeeded", "Failed", "Pending");

    private final AnsweredKind kind = new AnsweredKind(new GroupVersionKind("policy", "v1", "Eviction"));
    private final DisruptionBudgets budgets;
    private final ObjectDeleter deleter;
    private final SubjectAdmission admission;
    private final InstantSource clock;

    public EvictionEndpoint(
            CachedObjects objects,
            FieldManagers fieldManagers,
            ObjectDeleter deleter,
            SubjectAdmission admission,
            InstantSource clock) {
        this.admission = admission;
        this.budgets = new DisruptionBudgets(objects, fieldManagers);
        this.deleter = deleter;
        this.clock = clock;
    }

    @Override
    public ApiResponse serve(SpecialCall call) {
        Representation form = kind.negotiate(call.request());
        WriteOptions options = WriteOptions.parse(call.request(), WriteOptions.Kind.CREATE, false);
        ObjectNode eviction = kind.read(call, asV1(call.request()), options);
        SubjectAdmission.Creation creation = admission.create(call, call.resource(), kind.kind(), eviction, options);
        if (!call.info().name().equals(Trees.text(eviction, "metadata", "name"))) {
            throw ApiException.badRequest("name in URL does not match name in Eviction object");
        }
        call.object(); // a pod that isn't there is told before anybody is asked
        creation.validate();
        evict(call, deleteOptions(eviction.path("deleteOptions"), options));
        return AnsweredKind.success(201, form);
    }

    /** Bodies of the version that is served no more are still taken: they look the same. */
    private static ApiRequest asV1(ApiRequest request) {
        if (request.header("Content-Type").contains("json")) {
            try {
                JsonNode body = JsonTree.parse(request.body());
                if (body instanceof ObjectNode object
                        && Trees.text(object, "apiVersion").equals("policy/v1beta1")) {
                    return request.withBody(JsonWriter.bytes(object.put("apiVersion", "policy/v1")));
                }
            } catch (IOException e) {
                return request; // what is wrong with it, the decoder says better
            }
        }
        return request;
    }

    private static DeleteOptions deleteOptions(JsonNode sent, WriteOptions options) {
        JsonNode preconditions = sent.path("preconditions");
        return new DeleteOptions(
                Optional.ofNullable(sent.get("gracePeriodSeconds")).map(JsonNode::asLong),
                Optional.ofNullable(preconditions.get("uid")).map(JsonNode::asText),
                Optional.ofNullable(preconditions.get("resourceVersion")).map(JsonNode::asText),
                Optional.ofNullable(sent.get("orphanDependents")).map(JsonNode::asBoolean),
                Optional.ofNullable(sent.get("propagationPolicy")).map(JsonNode::asText),
                options.dryRun() || !sent.path("dryRun").isEmpty());
    }

    private void evict(SpecialCall call, DeleteOptions options) {
        Resource pods = call.resource();
        StoredObject stored = call.object();
        ObjectNode pod = pods.tree(stored);
        if (!isGuarded(pod)) {
            delete(call, options);
            return;
        }
        List<ObjectNode> guards = budgets.of(pod);
        if (guards.size() > 1) {
            throw ApiException.of(
                    Reason.UNKNOWN,
                    "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.");
        }
        if (!guards.isEmpty() && (isReady(pod) || !DisruptionBudgets.ignoresUnready(guards.getFirst()))) {
            budgets.take(guards.getFirst(), call.info().name(), options.dryRun(), clock.instant());
        }
        delete(call, options);
    }

    private static boolean isGuarded(ObjectNode pod) {
        return !UNGUARDED.contains(Trees.text(pod, "status", "phase"))
                && !pod.path("metadata").has("deletionTimestamp");
    }

    private static boolean isReady(ObjectNode pod) {
        for (JsonNode condition : pod.path("status").path("conditions")) {
            if (Trees.text(condition, "type").equals("Ready")) {
                return Trees.text(condition, "status").equals("True");
            }
        }
        return false;
    }

    private void delete(SpecialCall call, DeleteOptions options) {
        Resource pods = call.resource();
        RequestInfo info = call.info();
        StoredObject marked = StoredChange.apply(pods, info.namespace(), info.name(), options.dryRun(), pod -> {
            preconditions(pod, options);
            ObjectNode condition = PodConditions.condition("DisruptionTarget", "True")
                    .put("reason", "EvictionByEvictionAPI")
                    .put("message", "Eviction API: evicting");
            PodConditions.set(pod, condition, clock.instant());
            return pod;
        });
        DeleteOptions checked = new DeleteOptions(
                options.gracePeriodSeconds(),
                options.uid(),
                options.resourceVersion().map(v -> marked.revision().toString()),
                options.orphanDependents(),
                options.propagation(),
                options.dryRun());
        RequestInfo plain = new RequestInfo(
                true,
                info.path(),
                "delete",
                info.apiPrefix(),
                info.group(),
                info.version(),
                info.namespace(),
                info.resource(),
                "",
                info.name(),
                info.parts());
        Call deletion = new Call(
                call.request(),
                plain,
                call.exchange().user(),
                pods,
                call.exchange().warnings());
        deleter.delete(deletion, marked, checked);
    }

    private static void preconditions(ObjectNode pod, DeleteOptions options) {
        String name = Trees.text(pod, "metadata", "name");
        GroupResource resource = new GroupResource("", "Pod");
        String uid = Trees.text(pod, "metadata", "uid");
        if (options.uid().isPresent() && !options.uid().get().equals(uid)) {
            throw ApiException.conflict(
                    resource,
                    name,
                    "the UID in the precondition (" + options.uid().get() + ") does not match the UID in record (" + uid
                            + "). The object might have been deleted and then recreated");
        }
        String version = Trees.text(pod, "metadata", "resourceVersion");
        if (options.resourceVersion().isPresent()
                && !options.resourceVersion().get().equals(version)) {
            throw ApiException.conflict(
                    resource,
                    name,
                    "the ResourceVersion in the precondition ("
                            + options.resourceVersion().get()
                            + ") does not match the ResourceVersion in record (" + version
                            + "). The object might have been modified");
        }
    }
}
