package io.kybern.apiserver.endpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.admission.AdmissionChain;
import io.kybern.apiserver.admission.AdmissionRequest;
import io.kybern.apiserver.admission.AdmissionRequest.Operation;
import io.kybern.apiserver.admission.Rounds;
import io.kybern.apiserver.error.ApiException;
import io.kybern.apiserver.metadata.SystemFields;
import io.kybern.apiserver.registry.Resource;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.resource.GroupResource;
import io.kybern.crd.resource.RequestContext;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What creates and updates have in common: who is asked on an object's way to the store, and what they are told. */
record WriteSteps(
        AdmissionChain admission,
        FieldManagers fieldManagers,
        SystemFields systemFields,
        InstantSource clock,
        Map<GroupResource, SideEffects> kindsWithSideEffects) {

    SideEffects sideEffects(Resource resource) {
        return kindsWithSideEffects.getOrDefault(resource.groupResource(), SideEffects.NONE);
    }

    /** @param old null if there is none */
    static AdmissionRequest admissionRequest(
            Call call,
            Operation operation,
            String name,
            ObjectNode object,
            @Nullable ObjectNode old,
            WriteOptions options) {
        return new AdmissionRequest(
                operation,
                call.resource(),
                call.subresource(),
                call.namespace(),
                name,
                Optional.of(object),
                Optional.ofNullable(old),
                call.user(),
                options.dryRun(),
                options.tree(operation == Operation.CREATE ? WriteOptions.Kind.CREATE : WriteOptions.Kind.UPDATE),
                new Rounds(),
                call.warnings()::add);
    }

    RequestContext context(Call call, WriteOptions options) {
        return new RequestContext(
                call.subresource(),
                call.user().name(),
                call.user().groups(),
                call.user().extra(),
                call.user().uid(),
                options.dryRun(),
                clock.instant(),
                call.warnings()::add);
    }

    static ApiException invalid(Resource resource, ObjectNode object, FieldErrors errors) {
        boolean custom = resource.definition().custom(); // may say that it is of another kind: that is wrong with it
        return ApiException.invalid(
                resource.storageKind().group(),
                custom ? object.path("kind").asText() : resource.storageKind().kind(),
                object.path("metadata").path("name").asText(""),
                errors.list());
    }
}
