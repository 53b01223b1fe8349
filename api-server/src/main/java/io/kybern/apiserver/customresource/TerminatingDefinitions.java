package io.kybern.apiserver.customresource;

import io.kybern.apiserver.admission.AdmissionPlugin;
import io.kybern.apiserver.admission.AdmissionRequest;
import io.kybern.apiserver.error.ApiException;

/** Refuses new objects of a kind whose definition is being deleted. */
public final class TerminatingDefinitions implements AdmissionPlugin {
    private final DefinitionController definitions;

    public TerminatingDefinitions(DefinitionController definitions) {
        this.definitions = definitions;
    }

    @Override
    public String name() {
        return "TerminatingDefinitions";
    }

    @Override
    public boolean handles(AdmissionRequest request) {
        return request.operation() == AdmissionRequest.Operation.CREATE
                && definitions.isTerminating(request.resource());
    }

    @Override
    public void admit(AdmissionRequest request) {
        throw ApiException.forbidden(
                request.resource(),
                request.name(),
                "create not allowed while custom resource definition is terminating");
    }
}
