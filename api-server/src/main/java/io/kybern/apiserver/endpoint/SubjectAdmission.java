package io.kybern.apiserver.endpoint;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.admission.AdmissionChain;
import io.kybern.apiserver.admission.AdmissionRequest;
import io.kybern.apiserver.admission.AdmissionRequest.Operation;
import io.kybern.apiserver.admission.Rounds;
import io.kybern.apiserver.registry.BuiltinCodec;
import io.kybern.apiserver.registry.Resource;
import io.kybern.apiserver.wire.WireTypes;
import io.kybern.crd.resource.GroupVersionKind;
import java.util.Optional;

/**
 * Admission of what subresources take that is no object of their resource: Bindings, Evictions and TokenRequests, which are
 * created, and the options with which one connects to a pod, a service or a node.
 */
public final class SubjectAdmission {
    private final AdmissionChain chain;

    public SubjectAdmission(AdmissionChain chain) {
        this.chain = chain;
    }

    /** An object on its way, to be validated when the endpoint has found nothing wrong with it. */
    public final class Creation {
        private final AdmissionRequest request;

        private Creation(AdmissionRequest request) {
            this.request = request;
        }

        /** Lets the plugins that validate look; refuses as they do. */
        public void validate() {
            chain.validate(request);
        }
    }

    /**
     * Lets the plugins that mutate see an object that is to be created; they change it in place.
     *
     * @param resource whose subresource it is; without a subresource that of the request
     */
    public Creation create(
            SpecialCall call, Resource resource, GroupVersionKind kind, ObjectNode object, WriteOptions options) {
        String named = call.info().name();
        AdmissionRequest request = new AdmissionRequest(
                Operation.CREATE,
                resource,
                call.info().subresource(),
                call.info().namespace(),
                named.isEmpty() ? object.path("metadata").path("name").asText("") : named,
                Optional.of(object),
                Optional.empty(),
                call.exchange().user(),
                options.dryRun(),
                options.tree(WriteOptions.Kind.CREATE),
                new Rounds(),
                call.exchange().warnings()::add,
                Optional.of(kind));
        chain.admit(request);
        return new Creation(request);
    }

    /**
     * Asks whether one may connect.
     *
     * @param given the options, of a kind of the core
     * @return the options as the plugins have left them
     */
    public ObjectNode connect(SpecialCall call, String kind, ObjectNode given) {
        GroupVersionKind subject = new GroupVersionKind("", "v1", kind);
        BuiltinCodec codec =
                new BuiltinCodec(WireTypes.builtin().ofKind(subject).orElseThrow());
        given.put("kind", kind).put("apiVersion", subject.apiVersion());
        ObjectNode options = codec.complete(given);
        AdmissionRequest request = new AdmissionRequest(
                Operation.CONNECT,
                call.resource(),
                call.info().subresource(),
                call.info().namespace(),
                call.info().name(),
                Optional.of(options),
                Optional.empty(),
                call.exchange().user(),
                false,
                JsonNodeFactory.instance.objectNode(),
                new Rounds(),
                call.exchange().warnings()::add,
                Optional.of(subject));
        chain.admit(request);
        chain.validate(request);
        return options;
    }
}
